using System.Globalization;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Scores as text, in the packed forms of sorted sets.</summary>
internal static class ScoreText
{
    private const int BytesMax = 128;

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

    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
}
