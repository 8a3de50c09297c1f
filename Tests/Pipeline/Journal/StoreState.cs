using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>All that a store holds, as text for each key: value, expiries to the millisecond, consumer groups with their lists.</summary>
internal static class StoreState
{
    /// <summary>Of a store nobody uses meanwhile; keys and fields that are due at its clock's time do not count.</summary>
    internal static async Task<SortedDictionary<string, string>> ReadAsync(StoreEngine engine)
    {
        SortedDictionary<string, string> state = new(StringComparer.Ordinal);
        await RecordingConsumer.InOneStepAsync(engine, () => Read(engine, state));
        return state;
    }

    /// <summary>From inside a step that holds all shards.</summary>
    internal static void Read(StoreEngine engine, SortedDictionary<string, string> into)
    {
        foreach (ShardBlock shard in engine.Shards)
        {
            for (int i = 0; i < shard.Keyspace.DatabaseCount; i++)
                Read(shard.Keyspace[i], into);
        }
    }

    /// <summary>What differs, for a message; empty if they are equal.</summary>
    internal static string Difference(SortedDictionary<string, string> first, SortedDictionary<string, string> second)
        => string.Join('\n', first.Keys.Union(second.Keys).Where(key => first.GetValueOrDefault(key) != second.GetValueOrDefault(key))
            .Take(5).Select(key => $"{key}\n   is {first.GetValueOrDefault(key) ?? "absent"}\n   and {second.GetValueOrDefault(key) ?? "absent"}"));

    private static void Read(Database database, SortedDictionary<string, string> into)
    {
        WalkCursor cursor = default;
        while (database.Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in database.Table.SlotsOf(bucket))
            {
                bool isVacant = database.Table.Kind(slot) == ValueKind.Hash && HashValue.Count(database, slot) == 0;
                if (!database.IsDue(slot) && !isVacant)
                    into.Add($"{database.Index}:{Encoding.Latin1.GetString(database.Table.Key(slot))}", Describe(database, slot));
            }
        }
    }

    private static string Describe(Database database, Slot slot)
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        digest.Clear();
        ValueDigest.AddValue(digest, database, slot);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{database.Table.Kind(slot)} {database.Table.ExpireAtMs(slot)} {Convert.ToHexString(digest)}");
        if (database.Table.Kind(slot) == ValueKind.Hash)
            AddFields(text, new HashEntries(database, slot));
        if (database.Table.Kind(slot) == ValueKind.Stream)
            AddStream(text, database.Object<StreamValue>(slot));
        return text.ToString();
    }

    private static void AddFields(StringBuilder text, HashEntries fields)
    {
        List<string> expiring = [];
        while (fields.MoveNext())
        {
            if (fields.ExpireAtMs != 0)
                expiring.Add(string.Create(CultureInfo.InvariantCulture, $" {Encoding.Latin1.GetString(fields.Field)}@{fields.ExpireAtMs}"));
        }

        expiring.Sort(StringComparer.Ordinal);
        text.AppendJoin("", expiring);
    }

    private static void AddStream(StringBuilder text, StreamValue stream)
    {
        text.Append(CultureInfo.InvariantCulture, $" length {stream.Length} last {stream.LastId} added {stream.EntriesAdded} removed {stream.MaxRemovedId}");
        for (int i = 0; i < stream.Groups.Count; i++)
        {
            StreamGroup group = stream.Groups[i];
            text.Append(CultureInfo.InvariantCulture, $"\n      {Encoding.Latin1.GetString(group.Name)} last {group.LastId} read {group.EntriesRead} of");
            for (int j = 0; j < group.Consumers.Count; j++)
                text.Append(' ').Append(Encoding.Latin1.GetString(group.Consumers[j].Name)).Append(' ').Append(group.Consumers[j].Pending.Count);
            StreamIdMap<StreamDelivery>.Walk pending = group.Pending.From(StreamId.Min);
            while (pending.MoveNext())
                text.Append(CultureInfo.InvariantCulture, $" [{pending.Id} {Encoding.Latin1.GetString(pending.Value.Owner.Name)} {pending.Value.AtMs} {pending.Value.Count}]");
        }
    }
}
