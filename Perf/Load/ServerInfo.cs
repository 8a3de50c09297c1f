using System.Globalization;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Load;

/// <summary>The fields that a server's INFO answers.</summary>
internal static class ServerInfo
{
    /// <summary>Asks a server; empty if it answers an error.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(int port, CancellationToken cancellation, params IReadOnlyList<string> sections)
    {
        RespValue reply = await Filler.ExecuteAsync(port, ["INFO", .. sections], cancellation);
        return reply.IsError ? [] : Parse(reply.Text);
    }

    /// <summary>Reads the lines <c>name:value</c>; headings are passed over.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#')
                fields[line[..colon]] = line[(colon + 1)..];
        }

        return fields;
    }

    /// <summary>A field as a number; null if it is absent or none.</summary>
    public static double? Number(this IReadOnlyDictionary<string, string> fields, string name)
        => fields.TryGetValue(name, out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : null;
}
