using System.Globalization;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Report;

/// <summary>Numbers as the reports write them.</summary>
internal static class Numbers
{
    /// <summary>What stands where nothing was measured.</summary>
    public const string None = "-";

    /// <summary>Three significant digits or so.</summary>
    public static string Plain(double? value) => value switch
    {
        null => None,
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00#", CultureInfo.InvariantCulture),
    };

    /// <summary>A ratio: "1.18x".</summary>
    public static string Ratio(double? value) => value is null ? None : $"{value.Value.ToString("0.00", CultureInfo.InvariantCulture)}x";

    /// <summary>A median ratio and how far the rounds lie apart: "1.18x (1.02-1.30)".</summary>
    public static string Spread(Median? ratio)
        => ratio is not { } known
            ? None
            : known.Count == 1
                ? Ratio(known.Value)
                : string.Create(CultureInfo.InvariantCulture, $"{known.Value:0.00}x ({known.Lowest:0.00}-{known.Highest:0.00})");
}
