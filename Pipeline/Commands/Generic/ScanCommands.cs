using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands that go through the keys of a database, on all shards. Keys whose time has come are passed over; nothing is removed while walking.</summary>
internal static class ScanCommands
{
    public static void Keys(ref CommandCall call)
    {
        ReadOnlySpan<byte> pattern = call.Args[1];
        bool all = GlobPattern.IsAll(pattern);
        List<Slot> slots = [];
        int mark = call.Reply.BeginDeferred();
        int found = 0;
        for (int shard = 0; shard < call.Engine.Shards.Length; shard++)
        {
            Database database = DatabaseOf(ref call, shard);
            ulong cursor = 0;
            do
            {
                slots.Clear();
                cursor = database.Table.Scan(cursor, slots);
                foreach (Slot slot in slots)
                {
                    ReadOnlySpan<byte> key = database.Table.Key(slot);
                    if (database.IsDue(slot) || !(all || GlobPattern.IsMatch(pattern, key)))
                        continue;
                    call.Reply.Bulk(key);
                    found++;
                }
            }
            while (cursor != 0);
        }

        call.Reply.EndDeferred(mark, '*', found);
    }

    /// <summary>
    /// SCAN: the cursor is that of a shard's table times the number of shards, plus the shard; shards are walked one after the other. What is there from
    /// the first call to the last is returned, perhaps twice.
    /// </summary>
    public static void Scan(ref CommandCall call)
    {
        if (!ScanOptions.TryCursor(ref call, 1, out ulong cursor) || !ScanOptions.TryRead(ref call, 2, out ScanOptions options, allowType: true))
            return;
        ulong shards = (ulong)call.Engine.Shards.Length;
        int shard = (int)(cursor % shards);
        cursor /= shards;
        List<(Database Database, Slot Slot)> found = [];
        List<Slot> slots = [];
        long seen = 0;
        long looksMax = options.LooksMax;
        bool finished = false;
        while (!finished && seen < options.Count && looksMax-- > 0)
        {
            Database database = DatabaseOf(ref call, shard);
            slots.Clear();
            cursor = database.Table.Scan(cursor, slots);
            seen += slots.Count;
            foreach (Slot slot in slots)
            {
                if (Passes(database, slot, options))
                    found.Add((database, slot));
            }

            if (cursor == 0)
                finished = ++shard == call.Engine.Shards.Length;
        }

        ScanOptions.Begin(call.Reply, finished ? 0 : (cursor * shards) + (ulong)shard);
        call.Reply.Array(found.Count);
        foreach ((Database database, Slot slot) in found)
            call.Reply.Bulk(database.Table.Key(slot));
    }

    public static void RandomKey(ref CommandCall call)
    {
        int shards = call.Engine.Shards.Length;
        int first = PickShard(ref call);
        for (int i = 0; i < shards; i++)
        {
            Database database = DatabaseOf(ref call, (first + i) % shards);
            if (!database.TryRandom(out Slot slot))
                continue;
            call.Reply.Bulk(database.Table.Key(slot));
            return;
        }

        call.Reply.Null();
    }

    public static void DbSize(ref CommandCall call) => call.Reply.Integer(Count(ref call));

    private static Database DatabaseOf(ref CommandCall call, int shard) => call.Engine.Shards[shard].Keyspace[call.Database.Index];

    private static long Count(ref CommandCall call)
    {
        long count = 0;
        for (int shard = 0; shard < call.Engine.Shards.Length; shard++)
            count += DatabaseOf(ref call, shard).Count;
        return count;
    }

    // A shard by its share of the keys.
    private static int PickShard(ref CommandCall call)
    {
        long index = call.Database.Keyspace.Random.Below(Math.Max(Count(ref call), 1));
        int shard = 0;
        for (; shard < call.Engine.Shards.Length - 1; shard++)
        {
            index -= DatabaseOf(ref call, shard).Count;
            if (index < 0)
                break;
        }

        return shard;
    }

    private static bool Passes(Database database, Slot slot, in ScanOptions options)
        => !database.IsDue(slot)
            && (options.Type.IsEmpty || Words.Equal(options.Type, TypeNames.Of(database.Table.Kind(slot))))
            && options.Wants(database.Table.Key(slot));
}
