using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>Scores and the bounds of ranges, as arguments give them.</summary>
internal static class ScoreArguments
{
    public const string NotRange = "ERR min or max is not a float";
    public const string NotLexRange = "ERR min or max not valid string range item";

    /// <summary>Reads a score: any float but NaN, and none that becomes zero or infinity only because a double cannot hold it.</summary>
    public static bool TryScore(ReadOnlySpan<byte> text, out double score)
    {
        if (!Numbers.TryFloat(text, out score))
            return false;
        if (score == 0)
            return IsZero(text);
        return double.IsFinite(score) || IsInfinity(text);
    }

    /// <summary>Reads the lower or upper bound of a range of scores: a float, or "(" and a float that is not in the range itself.</summary>
    public static bool TryScoreBound(ReadOnlySpan<byte> text, bool upper, out SortedSetBound bound)
    {
        bool excluded = text.Length > 0 && text[0] == '(';
        ReadOnlySpan<byte> number = excluded ? text[1..] : text;
        double score = 0;
        bool valid = number.IsEmpty || Numbers.TryFloat(number, out score);
        bound = SortedSetBound.AtScore(score, after: upper != excluded);
        return valid;
    }

    /// <summary>
    /// Reads the lower or upper bound of a range of members: "-" and "+", "[" and a member, "(" and a member that is not in the range itself.
    /// </summary>
    public static bool TryLexBound(ReadOnlySpan<byte> text, bool upper, out SortedSetBound bound)
    {
        bound = default;
        if (text.IsEmpty)
            return false;
        switch (text[0])
        {
            case (byte)'-':
                return text.Length == 1;
            case (byte)'+':
                bound = SortedSetBound.Last;
                return text.Length == 1;
            case (byte)'[':
                bound = SortedSetBound.AtMember(text[1..], after: upper);
                return true;
            case (byte)'(':
                bound = SortedSetBound.AtMember(text[1..], after: !upper);
                return true;
            default:
                return false;
        }
    }

    private static bool IsInfinity(ReadOnlySpan<byte> text) => (text[^1] | 0x20) is 'f' or 'y';

    private static bool IsZero(ReadOnlySpan<byte> text)
    {
        int exponent = text.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> digits = exponent < 0 ? text : text[..exponent];
        return digits.IndexOfAnyInRange((byte)'1', (byte)'9') < 0;
    }
}
