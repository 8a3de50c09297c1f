using System.Globalization;
using System.Text;

namespace DragonflyFlow.Perf.Statistics;

/// <summary>Lines of comma-separated values after RFC 4180: quotes where needed, a quote within a field doubled.</summary>
internal static class Csv
{
    /// <summary>Writes one line, without its end.</summary>
    public static string Join(IEnumerable<string> fields) => string.Join(',', fields.Select(Quote));

    /// <summary>A number as a field, to four places.</summary>
    public static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Reads one line.</summary>
    public static List<string> Split(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int at = 0; at < line.Length; at++)
        {
            char c = line[at];
            if (c == '"' && quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append(c);
                at++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (quoted)
            throw new FormatException("The line ends within quotes.");
        fields.Add(field.ToString());
        return fields;
    }

    private static string Quote(string field)
        => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
