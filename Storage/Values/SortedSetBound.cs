using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A place between two neighbours of a sorted set, said by score, by score and member, or by member alone. The number of entries before it is a rank, so two
/// bounds make any range (ZCOUNT, ZRANGEBYSCORE, ZRANGEBYLEX, ZRANK).
/// </summary>
public readonly ref struct SortedSetBound
{
    private readonly BoundKind _kind;
    private readonly bool _after;
    private readonly double _score;
    private readonly ReadOnlySpan<byte> _member;

    private SortedSetBound(BoundKind kind, double score, ReadOnlySpan<byte> member, bool after)
    {
        _kind = kind;
        _score = score;
        _member = member;
        _after = after;
    }

    private enum BoundKind
    {
        First,
        Last,
        Score,
        Entry,
        Member,
    }

    /// <summary>Before all entries.</summary>
    public static SortedSetBound First => default;

    /// <summary>Behind all entries.</summary>
    public static SortedSetBound Last => new(BoundKind.Last, 0, default, after: false);

    /// <summary>Before all entries of a score, or behind them.</summary>
    public static SortedSetBound AtScore(double score, bool after) => new(BoundKind.Score, score, default, after);

    /// <summary>Before an entry, or behind it, whether it is there or not.</summary>
    public static SortedSetBound AtEntry(double score, ReadOnlySpan<byte> member, bool after = false) => new(BoundKind.Entry, score, member, after);

    /// <summary>Before a member, or behind it, in a sorted set whose scores are all the same.</summary>
    public static SortedSetBound AtMember(ReadOnlySpan<byte> member, bool after) => new(BoundKind.Member, 0, member, after);

    /// <summary>Whether an entry lies before this place.</summary>
    public bool IsBehind(double score, ReadOnlySpan<byte> member) => _kind switch
    {
        BoundKind.Score => score < _score || (_after && score == _score),
        BoundKind.Entry => score < _score || (score == _score && IsBehindMember(member)),
        BoundKind.Member => IsBehindMember(member),
        _ => _kind == BoundKind.Last,
    };

    /// <summary>
    /// Of entries in order, how many lie before this place whatever their members are; <paramref name="end"/> is where those begin that lie behind it. What
    /// is between them is for <see cref="IsBehindMember"/> to tell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CountBefore(ReadOnlySpan<double> scores, out int end)
    {
        if (_kind != BoundKind.Entry)
            return CountBeforeOthers(scores, out end);
        int start = CountLess(scores, _score);
        end = start < scores.Length && scores[start] == _score ? EndOfEqual(scores, start) : start;
        return start;
    }

    /// <summary>Whether an entry that only its member can tell lies before this place.</summary>
    internal bool IsBehindMember(ReadOnlySpan<byte> member)
    {
        int order = member.SequenceCompareTo(_member);
        return order < 0 || (_after && order == 0);
    }

    private int CountBeforeOthers(ReadOnlySpan<double> scores, out int end)
    {
        int start = 0;
        switch (_kind)
        {
            case BoundKind.Score:
                start = CountLess(scores, _score);
                end = start;
                if (_after)
                    start = end = EndOfEqual(scores, start);
                return start;
            case BoundKind.Member:
                end = scores.Length;
                return 0;
            default:
                end = _kind == BoundKind.Last ? scores.Length : 0;
                return end;
        }
    }

    // Reads all scores instead of jumping among them: the lines of a node come from memory at the same time, and no branch has to be guessed. The last vector overlaps with the one
    // before it, and of that only what is new counts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountLess(ReadOnlySpan<double> scores, double score)
    {
        ref double first = ref MemoryMarshal.GetReference(scores);
        int count = 0;
        int at = 0;
        if (Vector512.IsHardwareAccelerated && scores.Length >= Vector512<double>.Count)
        {
            Vector512<double> limit = Vector512.Create(score);
            int last = scores.Length - Vector512<double>.Count;
            for (; at <= last; at += Vector512<double>.Count)
                count += BitOperations.PopCount(Vector512.LessThan(Vector512.LoadUnsafe(ref first, (nuint)at), limit).ExtractMostSignificantBits());
            return count + BitOperations.PopCount(Vector512.LessThan(Vector512.LoadUnsafe(ref first, (nuint)last), limit).ExtractMostSignificantBits() >> (at - last));
        }

        if (Vector256.IsHardwareAccelerated && scores.Length >= Vector256<double>.Count)
        {
            Vector256<double> limit = Vector256.Create(score);
            int last = scores.Length - Vector256<double>.Count;
            for (; at <= last; at += Vector256<double>.Count)
                count += BitOperations.PopCount(Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)at), limit).ExtractMostSignificantBits());
            return count + BitOperations.PopCount(Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)last), limit).ExtractMostSignificantBits() >> (at - last));
        }

        for (; at < scores.Length; at++)
            count += scores[at] < score ? 1 : 0;
        return count;
    }

    private int EndOfEqual(ReadOnlySpan<double> scores, int start)
    {
        while (start < scores.Length && scores[start] == _score)
            start++;
        return start;
    }
}
