using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>Scores and the bounds of ranges, as arguments give them.</summary>
internal static class ScoreArguments
{
    public const string NotRange = "ERR min or max is not a float";
    public const string NotLexRange = "ERR min or max not valid string range item";

    /// <summary>Reads a score: any float but NaN, and none that becomes zero or infinity only because a double cannot hold it.</summary>
    public static bool TryScore(ReadOnlySpan<byte> text, out double score) => Numbers.TryFloat(text, out score, out bool isOutOfRange) && !isOutOfRange;

    /// <summary>
    /// Reads the lower or upper bound of a range of scores: a float, or "(" and a float that is not in the range itself. As C reads it: white space before it is
    /// skipped, nothing at all is 0, and a zero byte ends it.
    /// </summary>
    public static bool TryScoreBound(ReadOnlySpan<byte> text, bool upper, out SortedSetBound bound)
    {
        bool excluded = text.Length > 0 && text[0] == '(';
        ReadOnlySpan<byte> number = excluded ? text[1..] : text;
        int zero = number.IndexOf((byte)0);
        if (zero >= 0)
            number = number[..zero];
        double score = CFloat.Read(number, out int used, out _);
        bound = SortedSetBound.AtScore(score, after: upper != excluded);
        return used == number.Length && !double.IsNaN(score);
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
}
