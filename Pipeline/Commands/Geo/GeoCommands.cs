using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>Commands on places: sorted sets whose scores are cells of the map.</summary>
internal static class GeoCommands
{
    private const string SeekEach = "O(M*log(N)) where M is the number of members given and N that of all";
    private const string Nearby = "O(N+log(M)) where N is the number of members in the cells around the shape and M the number of members inside it";

    public static CommandFamily Family { get; } = new("geo",
    [
        new("geoadd", -5, Write | DenyOom, KeySpec.One, GeoPlaces.Add)
        {
            Summary = "Adds members to a geospatial index. The key is created if it doesn't exist.", Since = "3.2.0", Complexity = SeekEach,
        },
        new("geodist", -4, ReadOnly, KeySpec.One, GeoPlaces.Distance) { Summary = "Returns the distance between two members of a geospatial index.", Since = "3.2.0" },
        new("geohash", -2, ReadOnly, KeySpec.One, GeoPlaces.Hashes) { Summary = "Returns members of a geospatial index as geohash strings.", Since = "3.2.0", Complexity = SeekEach },
        new("geopos", -2, ReadOnly, KeySpec.One, GeoPlaces.Positions) { Summary = "Returns the longitude and latitude of members of a geospatial index.", Since = "3.2.0", Complexity = SeekEach },
        new("georadius", -6, Write | DenyOom, KeySpec.By(1, GeoSearches.FindKeys), GeoSearches.Radius)
        {
            Summary = "Finds or stores the members of a geospatial index within a distance of a place.", Since = "3.2.0", Complexity = Nearby,
        },
        new("georadius_ro", -6, ReadOnly, KeySpec.One, GeoSearches.RadiusReadOnly)
        {
            Summary = "Finds the members of a geospatial index within a distance of a place.", Since = "3.2.10", Complexity = Nearby,
        },
        new("georadiusbymember", -5, Write | DenyOom, KeySpec.By(1, GeoSearches.FindKeys), GeoSearches.RadiusByMember)
        {
            Summary = "Finds or stores the members of a geospatial index within a distance of one of them.", Since = "3.2.0", Complexity = Nearby,
        },
        new("georadiusbymember_ro", -5, ReadOnly, KeySpec.One, GeoSearches.RadiusByMemberReadOnly)
        {
            Summary = "Finds the members of a geospatial index within a distance of one of them.", Since = "3.2.10", Complexity = Nearby,
        },
        new("geosearch", -7, ReadOnly, KeySpec.One, GeoSearches.Search)
        {
            Summary = "Finds the members of a geospatial index in a circle or a box.", Since = "6.2.0", Complexity = Nearby,
        },
        new("geosearchstore", -8, Write | DenyOom, KeySpec.Two, GeoSearches.SearchStore)
        {
            Summary = "Finds the members of a geospatial index in a circle or a box, and stores them.", Since = "6.2.0", Complexity = Nearby,
        },
    ]);
}
