namespace DragonflyFlow.Storage.Values;

/// <summary>A rectangle of longitudes and latitudes, in degrees.</summary>
public readonly record struct GeoArea(double West, double South, double East, double North)
{
    /// <summary>All that can be kept.</summary>
    public static readonly GeoArea Map = new(-GeoPoint.LongitudeMax, -GeoPoint.LatitudeMax, GeoPoint.LongitudeMax, GeoPoint.LatitudeMax);

    /// <summary>The whole globe: what the text form of a geohash refers to.</summary>
    public static readonly GeoArea Globe = new(-180, -90, 180, 90);

    /// <summary>The middle, within what can be kept.</summary>
    public GeoPoint Middle => new(
        Math.Clamp((West + East) / 2, -GeoPoint.LongitudeMax, GeoPoint.LongitudeMax),
        Math.Clamp((South + North) / 2, -GeoPoint.LatitudeMax, GeoPoint.LatitudeMax));
}
