using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZUNION, ZINTER, ZDIFF, their STORE forms, and ZINTERCARD.</summary>
internal static class SortedSetCombinations
{
    private enum Operation
    {
        Union,
        Intersection,
        Difference,
        Count,
    }

    private struct Options
    {
        public ScoreAggregate Aggregate;
        public bool WithScores;
        public long Limit;
    }

    public static void Union(ref CommandCall call) => Run(ref call, Operation.Union, countAt: 1);

    public static void Intersection(ref CommandCall call) => Run(ref call, Operation.Intersection, countAt: 1);

    public static void Difference(ref CommandCall call) => Run(ref call, Operation.Difference, countAt: 1);

    public static void UnionStore(ref CommandCall call) => Run(ref call, Operation.Union, countAt: 2);

    public static void IntersectionStore(ref CommandCall call) => Run(ref call, Operation.Intersection, countAt: 2);

    public static void DifferenceStore(ref CommandCall call) => Run(ref call, Operation.Difference, countAt: 2);

    public static void IntersectionCount(ref CommandCall call) => Run(ref call, Operation.Count, countAt: 1);

    private static void Run(ref CommandCall call, Operation operation, int countAt)
    {
        if (!TryCount(ref call, countAt, out int count))
            return;
        SortedSetOperand[] rented = ArrayPool<SortedSetOperand>.Shared.Rent(count);
        Span<SortedSetOperand> operands = rented.AsSpan(0, count);
        bool stores = countAt == 2;
        if (TryFind(ref call, countAt + 1, operands) && TryOptions(ref call, countAt + 1 + count, operation, stores, operands, out Options options))
        {
            if (operation == Operation.Count)
                call.Reply.Integer(SortedSetAlgebra.CountIntersection(operands, options.Limit));
            else
                Combine(ref call, operation, operands, options, stores);
        }

        ArrayPool<SortedSetOperand>.Shared.Return(rented, clearArray: true);
    }

    private static void Combine(ref CommandCall call, Operation operation, Span<SortedSetOperand> operands, in Options options, bool stores)
    {
        SortedSetValue result = new(call.Database.Keyspace);
        switch (operation)
        {
            case Operation.Union:
                SortedSetAlgebra.Unite(operands, options.Aggregate, result);
                break;
            case Operation.Intersection:
                SortedSetAlgebra.Intersect(operands, options.Aggregate, result);
                break;
            default:
                SortedSetAlgebra.Subtract(operands, result);
                break;
        }

        if (stores)
        {
            SortedSetWords.StoreResult(ref call, result, call.Descriptor.Name);
            return;
        }

        SortedSetReader reader = result.Read(0);
        SortedSetWords.WriteRange(call.Reply, ref reader, result.Count, options.WithScores);
        result.Dispose();
    }

    private static bool TryCount(ref CommandCall call, int countAt, out int count)
    {
        count = 0;
        if (!call.TryInteger(countAt, out long keys))
            return false;
        if (keys < 1)
        {
            call.Reply.Error($"ERR at least 1 input key is needed for '{call.Descriptor.FullName}' command");
            return false;
        }

        if (keys > call.Count - countAt - 1)
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        count = (int)keys;
        return true;
    }

    // Two passes: a hit may move other records of its table in cache mode, so places are taken when all keys have been hit.
    private static bool TryFind(ref CommandCall call, int firstKey, Span<SortedSetOperand> operands)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            Database database = call.Locate(call.Args[firstKey + i], out ulong hash);
            if (!database.FindForRead(call.Args[firstKey + i], hash, out Slot slot)
                || database.Table.Kind(slot) is ValueKind.SortedSet or ValueKind.Set)
                continue;
            call.Reply.Error(Errors.WrongType);
            return false;
        }

        for (int i = 0; i < operands.Length; i++)
        {
            Database database = call.Locate(call.Args[firstKey + i], out ulong hash);
            operands[i] = database.Find(call.Args[firstKey + i], hash, out Slot slot) ? new SortedSetOperand(database, slot) : default;
        }

        return true;
    }

    private static bool TryOptions(
        ref CommandCall call, int first, Operation operation, bool stores, Span<SortedSetOperand> operands, out Options options)
    {
        options = default;
        bool combinesScores = operation is Operation.Union or Operation.Intersection;
        for (int i = first; i < call.Count; i++)
        {
            if (combinesScores && i + operands.Length < call.Count && call.Args.Is(i, "WEIGHTS"))
            {
                if (!TryWeights(ref call, i + 1, operands))
                    return false;
                i += operands.Length;
            }
            else if (combinesScores && i + 1 < call.Count && call.Args.Is(i, "AGGREGATE") && TryAggregate(call.Args[i + 1], out options.Aggregate))
            {
                i++;
            }
            else if (operation == Operation.Count && i + 1 < call.Count && call.Args.Is(i, "LIMIT"))
            {
                if (!TryLimit(ref call, ++i, out options.Limit))
                    return false;
            }
            else if (!stores && operation != Operation.Count && call.Args.Is(i, "WITHSCORES"))
            {
                options.WithScores = true;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryWeights(ref CommandCall call, int first, Span<SortedSetOperand> operands)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            if (!ScoreArguments.TryScore(call.Args[first + i], out double weight))
            {
                call.Reply.Error("ERR weight value is not a float");
                return false;
            }

            operands[i] = operands[i] with { Weight = weight };
        }

        return true;
    }

    private static bool TryAggregate(ReadOnlySpan<byte> word, out ScoreAggregate aggregate)
    {
        aggregate = ScoreAggregate.Sum;
        if (Words.Equal(word, "SUM"))
            return true;
        aggregate = ScoreAggregate.Min;
        if (Words.Equal(word, "MIN"))
            return true;
        aggregate = ScoreAggregate.Max;
        return Words.Equal(word, "MAX");
    }

    private static bool TryLimit(ref CommandCall call, int index, out long limit)
    {
        if (Numbers.TryInteger(call.Args[index], out limit) && limit >= 0)
            return true;
        call.Reply.Error("ERR LIMIT can't be negative");
        return false;
    }
}
