namespace DragonflyFlow.Storage.Values;

/// <summary>A place on the globe, in degrees. Redis's limits: longitudes of the whole circle, latitudes of the Mercator map.</summary>
public readonly record struct GeoPoint(double Longitude, double Latitude)
{
    /// <summary>The longitude furthest east; the one furthest west is its negative.</summary>
    public const double LongitudeMax = 180;

    /// <summary>The latitude furthest north; the one furthest south is its negative.</summary>
    public const double LatitudeMax = 85.05112878;

    /// <summary>Metres: the quadratic mean radius of the WGS-84 globe.</summary>
    internal const double EarthRadius = 6372797.560856;

    private const double DegreesToRadians = Math.PI / 180;

    /// <summary>Whether the place can be kept.</summary>
    public bool IsValid => Longitude is >= -LongitudeMax and <= LongitudeMax && Latitude is >= -LatitudeMax and <= LatitudeMax;

    /// <summary>Metres along the great circle (haversine).</summary>
    public double DistanceTo(GeoPoint other)
    {
        double latitude = Radians(Latitude);
        double otherLatitude = Radians(other.Latitude);
        double byLongitude = Math.Sin((Radians(other.Longitude) - Radians(Longitude)) / 2);
        if (byLongitude == 0)
            return EarthRadius * Math.Abs(otherLatitude - latitude); // Along one meridian.
        double byLatitude = Math.Sin((otherLatitude - latitude) / 2);
        double a = (byLatitude * byLatitude) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * byLongitude * byLongitude);
        return 2.0 * EarthRadius * Math.Asin(Math.Sqrt(a));
    }

    internal static double Radians(double degrees) => degrees * DegreesToRadians;

    internal static double Degrees(double radians) => radians / DegreesToRadians;
}
