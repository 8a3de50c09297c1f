using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZADD with all options (NX XX GT LT CH INCR) and ZINCRBY.</summary>
internal static class SortedSetAdds
{
    // Room on the stack is cleared by each call, whether it is used or not (decision 85).
    private const int PairsOnStack = 4;

    /// <summary>The options of ZADD.</summary>
    [Flags]
    internal enum Option
    {
        /// <summary>Adds what is absent and gives what is there its new score.</summary>
        None = 0,

        /// <summary>NX.</summary>
        IfAbsent = 1,

        /// <summary>XX.</summary>
        IfPresent = 2,

        /// <summary>GT.</summary>
        IfGreater = 4,

        /// <summary>LT.</summary>
        IfLess = 8,

        /// <summary>CH.</summary>
        CountChanged = 16,

        /// <summary>INCR.</summary>
        Increment = 32,
    }

    private enum Outcome
    {
        Refused,
        Unchanged,
        Added,
        Updated,
        NotANumber,
    }

    public static void Add(ref CommandCall call)
    {
        if (TryOptions(ref call, out Option options, out int first))
            AddPairs(ref call, options, first);
    }

    public static void Increment(ref CommandCall call) => AddPairs(ref call, Option.Increment, first: 2);

    private static bool TryOptions(ref CommandCall call, out Option options, out int first)
    {
        options = Option.None;
        for (first = 2; first < call.Count; first++)
        {
            Option option = OptionOf(call.Args[first]);
            if (option == Option.None)
                break;
            options |= option;
        }

        int arguments = call.Count - first;
        string? error = null;
        if (arguments == 0 || arguments % 2 != 0)
            error = Errors.Syntax;
        else if (HasAll(options, Option.IfAbsent | Option.IfPresent))
            error = "ERR XX and NX options at the same time are not compatible";
        else if (HasAll(options, Option.IfGreater | Option.IfAbsent) || HasAll(options, Option.IfLess | Option.IfAbsent)
            || HasAll(options, Option.IfGreater | Option.IfLess))
            error = "ERR GT, LT, and/or NX options at the same time are not compatible";
        else if ((options & Option.Increment) != 0 && arguments > 2)
            error = "ERR INCR option supports a single increment-element pair";
        if (error is not null)
            call.Reply.Error(error);
        return error is null;
    }

    private static Option OptionOf(ReadOnlySpan<byte> word) => word.Length switch
    {
        2 when Words.Equal(word, "NX") => Option.IfAbsent,
        2 when Words.Equal(word, "XX") => Option.IfPresent,
        2 when Words.Equal(word, "GT") => Option.IfGreater,
        2 when Words.Equal(word, "LT") => Option.IfLess,
        2 when Words.Equal(word, "CH") => Option.CountChanged,
        4 when Words.Equal(word, "INCR") => Option.Increment,
        _ => Option.None,
    };

    private static bool HasAll(Option options, Option wanted) => (options & wanted) == wanted;

    // All scores are read before the first change.
    private static void AddPairs(ref CommandCall call, Option options, int first)
    {
        int pairs = (call.Count - first) / 2;
        double[]? rented = null;
        Span<double> scores = pairs <= PairsOnStack ? stackalloc double[PairsOnStack] : rented = ArrayPool<double>.Shared.Rent(pairs);
        scores = scores[..pairs];
        if (TryScores(ref call, first, scores))
            AddMembers(ref call, options, first + 1, step: 2, scores);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
    }

    private static bool TryScores(ref CommandCall call, int first, scoped Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (ScoreArguments.TryScore(call.Args[first + (2 * i)], out scores[i]))
                continue;
            call.Reply.Error(Errors.NotFloat);
            return false;
        }

        return true;
    }

    /// <summary>Adds a member for each score; members stand from <paramref name="first"/> on, each <paramref name="step"/> arguments behind the other.</summary>
    internal static void AddMembers(ref CommandCall call, Option options, int first, int step, scoped ReadOnlySpan<double> scores)
    {
        if (!call.FindForWrite(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        bool increments = (options & Option.Increment) != 0;
        if (!exists && (options & Option.IfPresent) != 0)
        {
            if (increments)
                call.Reply.Null();
            else
                call.Reply.Integer(0);
            return;
        }

        RecordSortedSet set = exists ? new RecordSortedSet(call.Database, slot) : RecordSortedSet.Create(call.Database, call.Key, call.Hash);
        int added = 0;
        int updated = 0;
        double score = 0;
        Outcome outcome = Outcome.Refused;
        for (int i = 0; i < scores.Length; i++)
        {
            score = scores[i];
            outcome = AddOne(ref set, call.Args[first + (step * i)], options, ref score);
            added += outcome == Outcome.Added ? 1 : 0;
            updated += outcome == Outcome.Updated ? 1 : 0;
        }

        if (added + updated > 0)
            call.Changed(ChangeClass.SortedSet, increments ? "zincr" : "zadd");
        if (outcome == Outcome.NotANumber)
            call.Reply.Error("ERR resulting score is not a number (NaN)");
        else if (!increments)
            call.Reply.Integer((options & Option.CountChanged) != 0 ? added + updated : added);
        else if (outcome == Outcome.Refused)
            call.Reply.Null();
        else
            call.Reply.Double(score);
    }

    private static Outcome AddOne(scoped ref RecordSortedSet set, ReadOnlySpan<byte> member, Option options, ref double score)
    {
        SortedSetPlace place = set.Find(member);
        if (!place.Exists)
        {
            if ((options & Option.IfPresent) != 0)
                return Outcome.Refused;
            set.Put(member, place, score);
            return Outcome.Added;
        }

        if ((options & Option.IfAbsent) != 0)
            return Outcome.Refused;
        if ((options & Option.Increment) != 0)
            score += place.Score;
        if (double.IsNaN(score))
            return Outcome.NotANumber;
        if (((options & Option.IfGreater) != 0 && score <= place.Score) || ((options & Option.IfLess) != 0 && score >= place.Score))
            return Outcome.Refused;
        if (score == place.Score)
            return Outcome.Unchanged;
        set.Put(member, place, score);
        return Outcome.Updated;
    }
}
