using System.Globalization;
using System.Text;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>The text of INFO: "# Section", then "field:value" lines, each ended by CRLF.</summary>
internal sealed class InfoText
{
    private static readonly string[] Units = ["B", "K", "M", "G", "T"];
    private readonly StringBuilder _text = new();

    public void Begin(string section, bool first)
    {
        if (!first)
            _text.Append("\r\n");
        _text.Append("# ").Append(char.ToUpperInvariant(section[0])).Append(section.AsSpan(1)).Append("\r\n");
    }

    public void Add(string field, string value) => _text.Append(field).Append(':').Append(value).Append("\r\n");

    public void Add(string field, long value) => Add(field, value.ToString(CultureInfo.InvariantCulture));

    public void Add(string field, double value, string format) => Add(field, value.ToString(format, CultureInfo.InvariantCulture));

    public void Line(string line) => _text.Append(line).Append("\r\n");

    /// <summary>Adds "field:bytes" and "field_human:1.23M".</summary>
    public void AddBytes(string field, long bytes)
    {
        Add(field, bytes);
        double scaled = bytes;
        int unit = 0;
        for (; scaled >= 1024 && unit < Units.Length - 1; unit++)
            scaled /= 1024;
        Add(field + "_human", unit == 0 ? $"{bytes}B" : scaled.ToString("F2", CultureInfo.InvariantCulture) + Units[unit]);
    }

    /// <summary>A share as "98.06%".</summary>
    public static string Percent(long part, long whole) => (whole == 0 ? 0 : 100.0 * part / whole).ToString("F2", CultureInfo.InvariantCulture) + "%";

    public override string ToString() => _text.ToString();
}
