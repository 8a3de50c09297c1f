using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Union, intersection and difference of sorted sets and sets, which may lie on several shards; the result is a sorted set of the caller's shard. The operands
/// come back in another order.
/// </summary>
public static class SortedSetAlgebra
{
    private static readonly Comparison<SortedSetOperand> SmallestFirst = static (a, b) => a.Count.CompareTo(b.Count);

    /// <summary>Adds to <paramref name="result"/> the members that any operand has.</summary>
    public static void Unite(Span<SortedSetOperand> operands, ScoreAggregate aggregate, SortedSetValue result)
    {
        ArgumentNullException.ThrowIfNull(result);
        operands.Sort(SmallestFirst);
        foreach (ref readonly SortedSetOperand operand in operands)
        {
            SortedSetOperandMembers members = operand.Members;
            while (members.MoveNext())
            {
                ReadOnlySpan<byte> member = members.Current;
                ulong hash = KeyHash.Of(member);
                if (result.TryFind(member, hash, out Slot slot, out double score))
                    result.Update(slot, score, Combine(score, members.Score, aggregate));
                else
                    result.Add(member, hash, members.Score);
            }
        }
    }

    /// <summary>Adds to <paramref name="result"/> the members that all operands have.</summary>
    public static void Intersect(Span<SortedSetOperand> operands, ScoreAggregate aggregate, SortedSetValue result)
    {
        ArgumentNullException.ThrowIfNull(result);
        operands.Sort(SmallestFirst);
        SortedSetOperandMembers members = operands[0].Members;
        while (members.MoveNext())
        {
            double score = members.Score;
            if (IsInAll(operands[1..], members.Current, aggregate, ref score))
                result.Add(members.Current, KeyHash.Of(members.Current), score);
        }
    }

    /// <summary>How many members all operands have; counts to <paramref name="limit"/> if that is not 0.</summary>
    public static long CountIntersection(Span<SortedSetOperand> operands, long limit)
    {
        operands.Sort(SmallestFirst);
        SortedSetOperandMembers members = operands[0].Members;
        long count = 0;
        double score = 0;
        while (members.MoveNext())
        {
            if (IsInAll(operands[1..], members.Current, ScoreAggregate.Sum, ref score) && ++count == limit)
                break;
        }

        return count;
    }

    /// <summary>Adds to <paramref name="result"/> the members of the first operand that no other has.</summary>
    public static void Subtract(ReadOnlySpan<SortedSetOperand> operands, SortedSetValue result)
    {
        ArgumentNullException.ThrowIfNull(result);
        SortedSetOperandMembers members = operands[0].Members;
        while (members.MoveNext())
        {
            if (!IsInAny(operands[1..], members.Current))
                result.Add(members.Current, KeyHash.Of(members.Current), members.Score);
        }
    }

    private static bool IsInAll(ReadOnlySpan<SortedSetOperand> operands, ReadOnlySpan<byte> member, ScoreAggregate aggregate, ref double score)
    {
        foreach (ref readonly SortedSetOperand operand in operands)
        {
            if (!operand.TryGet(member, out double other))
                return false;
            score = Combine(score, other, aggregate);
        }

        return true;
    }

    private static bool IsInAny(ReadOnlySpan<SortedSetOperand> operands, ReadOnlySpan<byte> member)
    {
        foreach (ref readonly SortedSetOperand operand in operands)
        {
            if (operand.TryGet(member, out _))
                return true;
        }

        return false;
    }

    private static double Combine(double score, double other, ScoreAggregate aggregate)
    {
        switch (aggregate)
        {
            case ScoreAggregate.Min:
                return Math.Min(score, other);
            case ScoreAggregate.Max:
                return Math.Max(score, other);
            default:
                double sum = score + other;
                return double.IsNaN(sum) ? 0 : sum;
        }
    }
}
