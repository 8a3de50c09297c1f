using System.Globalization;

namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>Where values lie between two ends of a drawing, and at which of them there is a mark.</summary>
/// <param name="From">The least value.</param>
/// <param name="To">The greatest.</param>
/// <param name="Start">Where the least lies.</param>
/// <param name="End">Where the greatest lies.</param>
/// <param name="IsLog">Whether each mark is ten times the one before.</param>
internal sealed record Axis(double From, double To, double Start, double End, bool IsLog)
{
    private const int MarksWanted = 6;

    private static readonly int[] RoundSteps = [1, 2, 5, 10];

    /// <summary>An axis of powers of ten that holds all values; what is less than <paramref name="least"/> lies at its begin.</summary>
    public static Axis Log(double least, double most, double start, double end) =>
        new(least, Math.Pow(10, Math.Ceiling(Math.Log10(Math.Max(most, least * 10)))), start, end, IsLog: true);

    /// <summary>An axis from 0 to a round number.</summary>
    public static Axis Linear(double most, double start, double end)
    {
        double step = RoundStep(Math.Max(most, 1e-9) / MarksWanted);
        return new Axis(0, Math.Ceiling(most / step) * step, start, end, IsLog: false);
    }

    /// <summary>Where a value lies.</summary>
    public double At(double value)
    {
        double inside = Math.Clamp(value, From, To);
        double share = IsLog ? Math.Log10(inside / From) / Math.Log10(To / From) : (inside - From) / (To - From);
        return Start + (share * (End - Start));
    }

    /// <summary>The values with a mark.</summary>
    public IEnumerable<double> Marks()
    {
        if (IsLog)
        {
            for (double mark = From; mark <= To * 1.001; mark *= 10)
                yield return mark;
            yield break;
        }

        double step = RoundStep(To / MarksWanted);
        for (int at = 0; at * step <= To * 1.001; at++)
            yield return at * step;
    }

    /// <summary>A time in milliseconds, in words.</summary>
    public static string TimeText(double ms) => ms switch
    {
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000:0.##} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms:0.##} ms"),
    };

    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return RoundSteps.First(times => times * power >= step * 0.999) * power;
    }
}
