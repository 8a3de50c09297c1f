using System.Globalization;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Load;

/// <summary>Reads what <c>redis-benchmark --csv</c> (7.0) prints: a line of names, then one line a test.</summary>
internal static class RedisBenchmarkOutput
{
    /// <summary>The figures of the only test in <paramref name="text"/>.</summary>
    public static LoadResult Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int header = Array.FindIndex(lines, line => line.StartsWith("\"test\",", StringComparison.Ordinal));
        if (header < 0 || header + 1 >= lines.Length)
            throw new FormatException($"redis-benchmark printed no result: {Shorten(text)}");
        List<string> names = Csv.Split(lines[header]);
        List<string> values = Csv.Split(lines[header + 1]);
        if (values.Count != names.Count)
            throw new FormatException($"redis-benchmark printed {values.Count} values under {names.Count} names: {Shorten(lines[header + 1])}");
        return new LoadResult(Value("rps"), Value("p50_latency_ms"), Value("p99_latency_ms"), Value("max_latency_ms"));

        double Value(string name)
        {
            int at = names.IndexOf(name);
            if (at < 0)
                throw new FormatException($"redis-benchmark printed no {name}.");
            if (!double.TryParse(values[at], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                throw new FormatException($"redis-benchmark printed {name} = {values[at]}.");
            return value;
        }
    }

    private static string Shorten(string text) => text.Length <= 200 ? text.Trim() : text[..200].Trim() + " ...";
}
