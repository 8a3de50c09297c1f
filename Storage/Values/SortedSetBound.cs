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
    public bool IsBehind(double score, ReadOnlySpan<byte> member)
        => NeedsMember(score, out bool behind) ? IsBehindMember(member) : behind;

    /// <summary>
    /// Whether it depends on the member if an entry of this score lies before this place; if not, <paramref name="behind"/> says whether it does.
    /// </summary>
    internal bool NeedsMember(double score, out bool behind)
    {
        switch (_kind)
        {
            case BoundKind.Entry:
                behind = score < _score;
                return score == _score;
            case BoundKind.Score:
                behind = score < _score || (_after && score == _score);
                return false;
            case BoundKind.Member:
                behind = false;
                return true;
            default:
                behind = _kind == BoundKind.Last;
                return false;
        }
    }

    /// <summary>Whether an entry that <see cref="NeedsMember"/> could not judge lies before this place.</summary>
    internal bool IsBehindMember(ReadOnlySpan<byte> member)
    {
        int order = member.SequenceCompareTo(_member);
        return order < 0 || (_after && order == 0);
    }
}
