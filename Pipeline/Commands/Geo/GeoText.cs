using System.Globalization;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>How places and distances are written: always with a point, never with an exponent.</summary>
internal static class GeoText
{
    /// <summary>As C's %f.</summary>
    public static string SixDecimals(double value)
        => double.IsFinite(value) ? value.ToString("F6", CultureInfo.InvariantCulture) : value < 0 ? "-inf" : "inf";

    /// <summary>A distance: four decimals, a bulk string in RESP3 too.</summary>
    public static void Distance(ReplyBuffer reply, double distance) => reply.Bulk(distance.ToString("F4", CultureInfo.InvariantCulture));

    /// <summary>Longitude and latitude.</summary>
    public static void Point(ReplyBuffer reply, GeoPoint point)
    {
        reply.Array(2);
        Coordinate(reply, point.Longitude);
        Coordinate(reply, point.Latitude);
    }

    // Seventeen decimals without zeros at the end; a double of RESP3 in that form, which is not its shortest one.
    private static void Coordinate(ReplyBuffer reply, double degrees)
    {
        string text = degrees.ToString("F17", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.');
        if (reply.Resp3)
            reply.Raw(Encoding.ASCII.GetBytes($",{text}\r\n"));
        else
            reply.Bulk(text);
    }
}
