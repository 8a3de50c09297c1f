using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>LATENCY GRAPH: a column for each sample, four lines high, with its age written downwards below it.</summary>
internal static class LatencyGraph
{
    private const int Columns = 80;
    private const int Rows = 4;

    // From the lowest third of a line to the highest; what is higher goes through.
    private const string Tops = "_o#";
    private const char Through = '|';

    public static string Draw(LatencyEvent item, long nowSeconds)
    {
        long high = item.Samples.Max(sample => sample.Ms);
        long low = item.Samples.Min(sample => sample.Ms);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{item.Name} - high {high} ms, low {low} ms (all time high {item.MaxMs} ms)\n");
        text.Append('-', Columns).Append('\n');
        foreach ((int index, LatencySample[] part) in item.Samples.Chunk(Columns).Index())
        {
            if (index > 0)
                text.Append('\n');
            DrawColumns(text, part, low, high);
            DrawAges(text, [.. part.Select(sample => Age(nowSeconds - sample.AtSeconds))]);
        }

        return text.ToString();
    }

    private static void DrawColumns(StringBuilder text, LatencySample[] samples, long low, long high)
    {
        int steps = Rows * Tops.Length;
        double range = high == low ? 1 : high - low;
        for (int row = Rows - 1; row >= 0; row--)
        {
            foreach (LatencySample sample in samples)
            {
                int step = Math.Min(steps - 1, (int)((sample.Ms - low) * steps / range));
                int top = step - (row * Tops.Length);
                text.Append(top < 0 ? ' ' : top < Tops.Length ? Tops[top] : Through);
            }

            text.Append('\n');
        }
    }

    private static void DrawAges(StringBuilder text, string[] ages)
    {
        text.Append(' ', ages.Length).Append('\n');
        for (int at = 0; at < ages.Max(age => age.Length); at++)
        {
            foreach (string age in ages)
                text.Append(at < age.Length ? age[at] : ' ');
            text.Append('\n');
        }
    }

    private static string Age(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{Scaled(seconds, out char unit)}{unit}");

    private static long Scaled(long seconds, out char unit)
    {
        const long Minute = 60;
        const long Hour = 60 * Minute;
        const long Day = 24 * Hour;
        (unit, long size) = seconds < Minute ? ('s', 1L) : seconds < Hour ? ('m', Minute) : seconds < Day ? ('h', Hour) : ('d', Day);
        return seconds / size;
    }
}
