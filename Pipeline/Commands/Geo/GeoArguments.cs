using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>Places, distances and units among the arguments; false with Redis's error written.</summary>
internal static class GeoArguments
{
    private const double MetresPerKilometre = 1000;
    private const double MetresPerFoot = 0.3048;
    private const double MetresPerMile = 1609.34;

    /// <summary>Longitude and latitude at <paramref name="index"/> and behind it.</summary>
    public static bool TryPoint(ref CommandCall call, int index, out GeoPoint point)
    {
        point = default;
        if (!call.TryFloat(index, out double longitude) || !call.TryFloat(index + 1, out double latitude))
            return false;
        point = new GeoPoint(longitude, latitude);
        if (point.IsValid)
            return true;
        call.Reply.Error($"ERR invalid longitude,latitude pair {GeoText.SixDecimals(longitude)},{GeoText.SixDecimals(latitude)}");
        return false;
    }

    /// <summary>A unit: its metres.</summary>
    public static bool TryUnit(ref CommandCall call, int index, out double metres)
    {
        metres = call.Args.Is(index, "M") ? 1
            : call.Args.Is(index, "KM") ? MetresPerKilometre
            : call.Args.Is(index, "FT") ? MetresPerFoot
            : call.Args.Is(index, "MI") ? MetresPerMile
            : 0;
        if (metres != 0)
            return true;
        call.Reply.Error("ERR unsupported unit provided. please use M, KM, FT, MI");
        return false;
    }

    /// <summary>A radius and its unit behind it.</summary>
    public static bool TryRadius(ref CommandCall call, int index, out double radius, out double unit)
    {
        unit = 1;
        return call.TryFloat(index, out radius, "ERR need numeric radius")
            && IsNotNegative(ref call, radius, "ERR radius cannot be negative")
            && TryUnit(ref call, index + 1, out unit);
    }

    /// <summary>Width, height and their unit.</summary>
    public static bool TryBox(ref CommandCall call, int index, out double width, out double height, out double unit)
    {
        height = 0;
        unit = 1;
        return call.TryFloat(index, out width, "ERR need numeric width")
            && call.TryFloat(index + 1, out height, "ERR need numeric height")
            && IsNotNegative(ref call, Math.Min(width, height), "ERR height or width cannot be negative")
            && TryUnit(ref call, index + 2, out unit);
    }

    private static bool IsNotNegative(ref CommandCall call, double value, string error)
    {
        if (value >= 0)
            return true;
        call.Reply.Error(error);
        return false;
    }
}
