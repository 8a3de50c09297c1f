using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>SORT and SORT_RO: elements of a list, set or sorted set, ordered by themselves or by what other keys say.</summary>
internal static class SortCommands
{
    private const string Cost = "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements";
    private const string NotDouble = "ERR One or more scores can't be converted into double";

    private static readonly string[] Categories = ["set", "sortedset", "list", "dangerous"];

    public static CommandDescriptor Sort { get; } = new("sort", -2, Write | DenyOom | Global, KeySpec.By(1, SortOptions.FindKeys), Run)
    {
        Rewrite = Effects.State,
        Summary = "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.",
        Complexity = Cost,
        Categories = Categories,
    };

    public static CommandDescriptor SortReadOnly { get; } = new("sort_ro", -2, ReadOnly | Global, KeySpec.By(1, SortOptions.FindKeys), RunReadOnly)
    {
        Summary = "Returns the sorted elements of a list, a set, or a sorted set.",
        Since = "7.0.0",
        Complexity = Cost,
        Categories = Categories,
    };

    private static void Run(ref CommandCall call) => Run(ref call, mayStore: true);

    private static void RunReadOnly(ref CommandCall call) => Run(ref call, mayStore: false);

    private static void Run(ref CommandCall call, bool mayStore)
    {
        if (!SortOptions.TryRead(ref call, mayStore, out SortOptions options))
            return;
        Database database = call.Locate(call.Key, call.Client.Database, out ulong hash);
        bool exists = database.FindForRead(call.Key, hash, out Slot slot);
        if (exists && database.Table.Kind(slot) is not (ValueKind.List or ValueKind.Set or ValueKind.SortedSet))
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        // A set has no order to keep: what is stored must not depend on the table's.
        if (options.KeepsOrder && options.Store != 0 && exists && database.Table.Kind(slot) == ValueKind.Set)
        {
            options.KeepsOrder = false;
            options.Alpha = true;
            options.By = 0;
        }

        List<byte[]> elements = exists ? Read(database, slot, options) : [];
        if (!options.KeepsOrder && !TryOrder(ref call, elements, options))
            return;
        List<byte[]?> result = Select(ref call, Cut(elements, options), options);
        if (options.Store != 0)
            Store(ref call, result, options.Store);
        else
            Answer(ref call, result);
    }

    private static List<byte[]> Read(Database database, Slot slot, SortOptions options)
    {
        List<byte[]> elements = [];
        bool backward = options.KeepsOrder && options.Descending;
        switch (database.Table.Kind(slot))
        {
            case ValueKind.List:
                RecordList list = new(database, slot);
                ListReader values = list.Read(backward ? list.Count - 1 : 0, backward);
                while (values.MoveNext())
                    elements.Add(values.Current.ToArray());
                break;
            case ValueKind.Set:
                SetMembers members = new(database, slot);
                while (members.MoveNext())
                    elements.Add(members.Current.ToArray());
                break;
            default:
                RecordSortedSet set = new(database, slot);
                SortedSetReader reader = set.Read(backward ? set.Count - 1 : 0, backward);
                while (reader.MoveNext())
                    elements.Add(reader.Member.ToArray());
                break;
        }

        return elements;
    }

    private static bool TryOrder(ref CommandCall call, List<byte[]> elements, SortOptions options)
    {
        Weight[] weights = new Weight[elements.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            byte[] element = elements[i];
            byte[]? by = options.By == 0 ? element : SortPattern.Resolve(ref call, options.By, element);
            double score = 0;
            if (!options.Alpha && by is not null && !TryWeight(by, out score))
            {
                call.Reply.Error(NotDouble);
                return false;
            }

            weights[i] = new Weight(element, by, score);
        }

        Comparison<Weight> order = options.Alpha ? ByBytes : ByScore;
        int sign = options.Descending ? -1 : 1;
        Array.Sort(weights, (a, b) => sign * order(a, b));
        for (int i = 0; i < weights.Length; i++)
            elements[i] = weights[i].Element;
        return true;
    }

    // As strtod reads it for SORT: white space before it is skipped, nothing at all is 0, a number too big for a double is none.
    private static bool TryWeight(ReadOnlySpan<byte> text, out double score)
    {
        score = CFloat.Read(text, out int used, out bool isOutOfRange);
        return used == text.Length && !isOutOfRange && !double.IsNaN(score);
    }

    // What has no weight comes first.
    private static int ByBytes(Weight a, Weight b)
        => a.By is null || b.By is null ? (a.By is null ? 0 : 1) - (b.By is null ? 0 : 1) : a.By.AsSpan().SequenceCompareTo(b.By);

    private static int ByScore(Weight a, Weight b)
    {
        int byScore = a.Score.CompareTo(b.Score);
        return byScore != 0 ? byScore : a.Element.AsSpan().SequenceCompareTo(b.Element);
    }

    private static IEnumerable<byte[]> Cut(List<byte[]> elements, SortOptions options)
    {
        long count = options.Count < 0 ? elements.Count : options.Count;
        return elements.Skip((int)Math.Min(options.Offset, elements.Count)).Take((int)Math.Min(count, elements.Count));
    }

    private static List<byte[]?> Select(ref CommandCall call, IEnumerable<byte[]> elements, SortOptions options)
    {
        if (options.Get.Count == 0)
            return [.. elements];
        List<byte[]?> result = [];
        foreach (byte[] element in elements)
        {
            foreach (int pattern in options.Get)
                result.Add(SortPattern.Resolve(ref call, pattern, element));
        }

        return result;
    }

    private static void Answer(ref CommandCall call, List<byte[]?> result)
    {
        call.Reply.Array(result.Count);
        foreach (byte[]? value in result)
        {
            if (value is null)
                call.Reply.Null();
            else
                call.Reply.Bulk(value);
        }
    }

    private static void Store(ref CommandCall call, List<byte[]?> result, int keyAt)
    {
        ReadOnlySpan<byte> key = call.Args[keyAt];
        Database target = call.Locate(key, call.Client.Database, out ulong hash);
        if (result.Count == 0)
        {
            target.Delete(key, hash);
            call.Reply.Integer(0);
            return;
        }

        using ListBuilder builder = new(target.Keyspace);
        foreach (byte[]? value in result)
            builder.TryAdd(value);
        if (target.FindForWrite(key, hash, out Slot old))
            target.Remove(old);
        builder.Store(target, key, hash);
        target.Changed(key, ChangeClass.List, "sortstore");
        call.Reply.Integer(result.Count);
    }

    private readonly record struct Weight(byte[] Element, byte[]? By, double Score);
}
