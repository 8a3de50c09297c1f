using System.Globalization;

namespace DragonflyFlow.Storage.Values;

/// <summary>Scores as text, as the packed forms of sorted sets in payloads have them.</summary>
internal static class ScoreText
{
    private const int BytesMax = 128;
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a number, "inf" or "-inf"; false for anything else, NaN too.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double score)
    {
        score = 0;
        if (text.SequenceEqual("inf"u8))
            score = double.PositiveInfinity;
        else if (text.SequenceEqual("-inf"u8))
            score = double.NegativeInfinity;
        else
            return text.Length <= BytesMax && double.TryParse(text, Styles, CultureInfo.InvariantCulture, out score) && !double.IsNaN(score);
        return true;
    }
}
