using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands on whole databases, on all shards at one moment.</summary>
internal static class FlushCommands
{
    public static void FlushDb(ref CommandCall call)
    {
        if (!TryMode(ref call, out bool later))
            return;
        call.Engine.Cluster?.Streams.Restart(SlotSet.All, "FLUSHDB came between");
        foreach (ShardBlock shard in call.Engine.Shards)
            shard.Keyspace[call.Database.Index].Clear(later);
        call.Reply.Ok();
    }

    public static void FlushAll(ref CommandCall call)
    {
        if (!TryMode(ref call, out bool later))
            return;
        // As Redis ends its child: what is being saved is no longer wanted.
        call.Engine.Snapshots?.Cancel("FLUSHALL");
        Clear(call.Engine, later, "FLUSHALL");
        call.Reply.Ok();
    }

    /// <summary>Empties all databases for a command, while all shards are held; migrations begin their rounds anew.</summary>
    internal static void Clear(StoreEngine engine, bool later, string command)
    {
        engine.Cluster?.Streams.Restart(SlotSet.All, $"{command} came between");
        foreach (ShardBlock shard in engine.Shards)
        {
            Keyspace keyspace = shard.Keyspace;
            for (int i = 0; i < keyspace.DatabaseCount; i++)
                keyspace[i].Clear(later);
        }
    }

    public static void SwapDb(ref CommandCall call)
    {
        if (call.Engine.Cluster is { IsReal: true })
        {
            call.Reply.Error("ERR SWAPDB is not allowed in cluster mode");
            return;
        }

        if (!call.TryInt(1, out int first, "ERR invalid first DB index") || !call.TryInt(2, out int second, "ERR invalid second DB index"))
            return;
        int count = call.Database.Keyspace.DatabaseCount;
        if (first < 0 || first >= count || second < 0 || second >= count)
        {
            call.Reply.Error(Errors.DatabaseOutOfRange);
            return;
        }

        foreach (ShardBlock shard in call.Engine.Shards)
            shard.Keyspace.Swap(first, second);
        call.Reply.Ok();
    }

    // Without a word as the option says: as in Redis, the memory is free when the reply comes.
    private static bool TryMode(ref CommandCall call, out bool later)
    {
        later = call.Count == 1 ? call.Engine.Config.Get(StoreOptions.LazyUserFlush) : call.Args.Is(1, "ASYNC");
        if (call.Count == 1 || (call.Count == 2 && (later || call.Args.Is(1, "SYNC"))))
            return true;
        call.Reply.Error(Errors.Syntax);
        return false;
    }
}
