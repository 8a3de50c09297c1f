namespace DragonflyFlow.Storage.Values;

/// <summary>What a search covers: a circle, or a rectangle along the axes, around a place. Metres.</summary>
public readonly record struct GeoShape
{
    private readonly bool _isBox;

    private GeoShape(GeoPoint center, bool isBox, double halfWidth, double halfHeight)
    {
        Center = center;
        _isBox = isBox;
        HalfWidth = halfWidth;
        HalfHeight = halfHeight;
    }

    /// <summary>The place in the middle.</summary>
    public GeoPoint Center { get; }

    /// <summary>From the middle to the east and to the west; a circle's radius.</summary>
    public double HalfWidth { get; }

    /// <summary>From the middle to the north and to the south; a circle's radius.</summary>
    public double HalfHeight { get; }

    /// <summary>From the middle to what is furthest away.</summary>
    public double Reach => _isBox ? Math.Sqrt((HalfWidth * HalfWidth) + (HalfHeight * HalfHeight)) : HalfWidth;

    /// <summary>All places not further away than <paramref name="radius"/> metres.</summary>
    public static GeoShape Circle(GeoPoint center, double radius) => new(center, false, radius, radius);

    /// <summary>All places in a rectangle of so many metres.</summary>
    public static GeoShape Box(GeoPoint center, double width, double height) => new(center, true, width / 2, height / 2);

    /// <summary>Whether a place is covered, and how many metres away it is.</summary>
    public bool Covers(GeoPoint point, out double distance)
    {
        distance = 0;
        if (_isBox)
        {
            if (point.DistanceTo(new GeoPoint(point.Longitude, Center.Latitude)) > HalfHeight
                || point.DistanceTo(new GeoPoint(Center.Longitude, point.Latitude)) > HalfWidth)
                return false;
        }

        distance = Center.DistanceTo(point);
        return _isBox || distance <= HalfWidth;
    }

    /// <summary>Degrees around the shape. Meridians draw together towards the poles: the edge nearer to a pole decides how wide it is.</summary>
    public GeoArea Bounds()
    {
        double latitudes = GeoPoint.Degrees(HalfHeight / GeoPoint.EarthRadius);
        double edge = Center.Latitude < 0 ? Center.Latitude - latitudes : Center.Latitude + latitudes;
        double longitudes = GeoPoint.Degrees(HalfWidth / GeoPoint.EarthRadius / Math.Cos(GeoPoint.Radians(edge)));
        return new GeoArea(Center.Longitude - longitudes, Center.Latitude - latitudes, Center.Longitude + longitudes, Center.Latitude + latitudes);
    }
}
