using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Several numbers from 0 to 100, separated by blanks; none is a list too.</summary>
internal sealed class PercentilesKind : OptionKind<IReadOnlyList<double>>
{
    private const double Max = 100;

    public override string Name => "percentiles";

    public override string Range => "0..100 each";

    public override bool TryParse(
        string text, IReadOnlyList<double> current, [MaybeNullWhen(false)] out IReadOnlyList<double> value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = null;
        List<double> percentiles = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double percentile))
                error = "Invalid latency-tracking-info-percentiles parameters";
            else if (percentile is not (>= 0 and <= Max))
                error = "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]";
            percentiles.Add(percentile);
        }

        value = error is null ? percentiles : null;
        return error is null;
    }

    public override string Format(IReadOnlyList<double> value) => string.Join(' ', value.Select(FormatOne));

    /// <summary>One of them, in its shortest form.</summary>
    public static string FormatOne(double percentile) => percentile.ToString("R", CultureInfo.InvariantCulture);
}
