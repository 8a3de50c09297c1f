using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>How a range of a sorted set is given.</summary>
internal enum RangeBy
{
    /// <summary>By ranks, from 0 or from -1.</summary>
    Rank,

    /// <summary>By scores.</summary>
    Score,

    /// <summary>By members, in a set whose scores are all the same.</summary>
    Lex,
}

/// <summary>What ZRANGE, ZRANGESTORE and their older forms ask for.</summary>
internal ref struct SortedSetQuery
{
    private RangeBy _by;
    private bool _backward;
    private long _offset;
    private long _limit;
    private long _start;
    private long _stop;
    private SortedSetBound _min;
    private SortedSetBound _max;

    /// <summary>Whether scores are asked for.</summary>
    public bool WithScores { get; private set; }

    /// <summary>Whether the first in the reply is the highest.</summary>
    public readonly bool IsBackward => _backward;

    /// <summary>
    /// Reads the range at <paramref name="first"/> and the options behind it; false with Redis's error written. A command whose name says the kind and the
    /// direction does not take them as options.
    /// </summary>
    public static bool TryRead(scoped ref CommandCall call, int first, RangeBy? by, bool? backward, bool allowScores, out SortedSetQuery query)
    {
        query = new SortedSetQuery { _limit = -1, _by = by ?? RangeBy.Rank, _backward = backward ?? false };
        bool limited = false;
        for (int i = first + 2; i < call.Count; i++)
        {
            if (allowScores && call.Args.Is(i, "WITHSCORES"))
            {
                query.WithScores = true;
            }
            else if (i + 2 < call.Count && call.Args.Is(i, "LIMIT"))
            {
                if (!call.TryInteger(i + 1, out query._offset) || !call.TryInteger(i + 2, out query._limit))
                    return false;
                limited = true;
                i += 2;
            }
            else if (backward is null && call.Args.Is(i, "REV"))
            {
                backward = query._backward = true;
            }
            else if (by is null && (call.Args.Is(i, "BYLEX") || call.Args.Is(i, "BYSCORE")))
            {
                by = query._by = call.Args.Is(i, "BYLEX") ? RangeBy.Lex : RangeBy.Score;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        if (!IsPossible(ref call, query._by, query.WithScores, limited && query._limit != -1))
            return false;
        return query._by == RangeBy.Rank
            ? call.TryInteger(first, out query._start) && call.TryInteger(first + 1, out query._stop)
            : TryBounds(ref call, query._by, query._backward ? first + 1 : first, query._backward ? first : first + 1, out query._min, out query._max);
    }

    /// <summary>The rank of the first member of the reply and how many follow in the direction of the query, itself included.</summary>
    public readonly long Resolve(in RecordSortedSet set, out long rank)
    {
        if (_by == RangeBy.Rank)
        {
            long start = _start;
            long length = IndexRange.Resolve(ref start, _stop, set.Count);
            rank = _backward ? set.Count - 1 - start : start;
            return length;
        }

        long from = set.CountBefore(_min);
        long to = set.CountBefore(_max);
        long count = Math.Max(0, to - from);
        long skipped = _offset < 0 ? count : Math.Min(_offset, count);
        rank = _backward ? to - 1 - skipped : from + skipped;
        count -= skipped;
        return _limit < 0 ? count : Math.Min(count, _limit);
    }

    private static bool IsPossible(scoped ref CommandCall call, RangeBy by, bool withScores, bool limited)
    {
        string? error = null;
        if (limited && by == RangeBy.Rank)
            error = "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
        else if (withScores && by == RangeBy.Lex)
            error = "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
        if (error is not null)
            call.Reply.Error(error);
        return error is null;
    }

    private static bool TryBounds(scoped ref CommandCall call, RangeBy by, int lower, int upper, out SortedSetBound min, out SortedSetBound max)
    {
        max = default;
        bool valid = by == RangeBy.Score
            ? ScoreArguments.TryScoreBound(call.Args[lower], upper: false, out min) && ScoreArguments.TryScoreBound(call.Args[upper], upper: true, out max)
            : ScoreArguments.TryLexBound(call.Args[lower], upper: false, out min) && ScoreArguments.TryLexBound(call.Args[upper], upper: true, out max);
        if (!valid)
            call.Reply.Error(by == RangeBy.Score ? ScoreArguments.NotRange : ScoreArguments.NotLexRange);
        return valid;
    }
}
