using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>MEMORY: what a key and what the store occupies, exact to the byte of the arenas.</summary>
internal static class MemoryCommands
{
    public static CommandDescriptor Container { get; } = new("memory", None,
        new("usage", -3, ReadOnly, KeySpec.Second, Usage) { Summary = "Estimates the memory usage of a key.", Since = "4.0.0" },
        new("stats", 2, Global, KeySpec.None, Stats) { Summary = "Returns details about memory usage.", Since = "4.0.0" },
        new("doctor", 2, Global, KeySpec.None, Doctor) { Summary = "Outputs a memory problems report.", Since = "4.0.0" },
        new("malloc-stats", 2, Global, KeySpec.None, MallocStats) { Summary = "Returns the allocator statistics.", Since = "4.0.0" },
        new("purge", 2, None, KeySpec.None, Purge) { Summary = "Asks the runtime to give unused memory back.", Since = "4.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "4.0.0" });

    // SAMPLES is read and not needed: containers know their size.
    private static void Usage(ref CommandCall call)
    {
        if (call.Count > 3)
        {
            if (call.Count != 5 || !call.Args.Is(3, "SAMPLES"))
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }

            if (!call.TryInteger(4, out long samples))
                return;
            if (samples < 0)
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }
        }

        if (!call.Database.Find(call.Args[2], call.Hash, out Slot slot))
            call.Reply.Null();
        else
            call.Reply.Integer(call.Database.BytesOf(slot));
    }

    // Redis's names, as far as they mean something here, and behind them our own.
    private static void Stats(ref CommandCall call)
    {
        StoreEngine engine = call.Engine;
        MemoryReading memory = MemoryReading.Of(engine);
        List<(string Name, object Value)> fields =
        [
            ("peak.allocated", memory.Peak), ("total.allocated", memory.Used), ("startup.allocated", 0L), ("replication.backlog", 0L), ("clients.slaves", 0L),
            ("clients.normal", 0L), ("lua.caches", engine.Scripts.Cache.Bytes), ("overhead.total", memory.Overhead), ("keys.count", memory.Keys),
            ("keys.bytes-per-key", memory.Keys == 0 ? 0L : memory.Used / memory.Keys), ("dataset.bytes", memory.Used - memory.Overhead),
            ("dataset.percentage", Share(memory.Used - memory.Overhead, memory.Used)), ("peak.percentage", Share(memory.Used, memory.Peak)),
            ("allocator.allocated", memory.Allocated), ("allocator.active", memory.Reserved), ("allocator.resident", memory.Reserved),
            ("allocator-fragmentation.ratio", Ratio(memory.Reserved, memory.Allocated)), ("allocator-fragmentation.bytes", memory.Reserved - memory.Allocated),
            ("fragmentation", Ratio(memory.Resident, memory.Used)), ("fragmentation.bytes", memory.Resident - memory.Used),
            ("containers.managed", engine.Shards.Sum(shard => shard.Keyspace.ManagedBytes)), ("gc.heap", GC.GetTotalMemory(false)),
        ];
        int[] databases = [.. Enumerable.Range(0, engine.Options.Databases).Where(db => engine.Shards.Any(shard => shard.Keyspace[db].Count > 0))];
        call.Reply.Map(fields.Count + databases.Length);
        foreach ((string name, object value) in fields)
        {
            call.Reply.Bulk(name);
            if (value is double number)
                call.Reply.Double(number);
            else
                call.Reply.Integer((long)value);
        }

        foreach (int db in databases)
        {
            call.Reply.Bulk($"db.{db}");
            call.Reply.Map(1);
            Write(ref call, "overhead.hashtable.main", engine.Shards.Sum(shard => MemoryReading.TableBytes(shard.Keyspace[db].Table)));
        }
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : 100.0 * part / whole;

    private static double Ratio(long whole, long part) => part == 0 ? 1 : (double)whole / part;

    private static void Doctor(ref CommandCall call)
    {
        long used = call.Engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes);
        long reserved = call.Engine.Shards.Sum(shard => shard.Keyspace.Arena.ReservedBytes);
        string text = used < 5 << 20
            ? "This store is nearly empty: there is nothing to say about its memory.\n"
            : reserved > used * 3 / 2
                ? $"{reserved - used} bytes of the arenas are free but not given back: many keys were deleted, or values shrank. New keys will use them.\n"
                : "Nothing is wrong with the memory of this store.\n";
        call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static void MallocStats(ref CommandCall call)
    {
        System.Text.StringBuilder text = new();
        foreach (ShardBlock shard in call.Engine.Shards)
        {
            Storage.Memory.Arena arena = shard.Keyspace.Arena;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{arena.Name}: allocated {arena.AllocatedBytes}, reserved {arena.ReservedBytes}, live blocks {arena.LiveBlocks}, leases {arena.LiveLeases}\n");
        }

        call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void Purge(ref CommandCall call)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        call.Reply.Ok();
    }

    private static void Write(ref CommandCall call, string name, long value)
    {
        call.Reply.Bulk(name);
        call.Reply.Integer(value);
    }
}
