using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Tracking;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Runs one command on the shard that the caller owns, or on several that it holds: slot, memory, handler, counters.</summary>
internal static class CommandRunner
{
    public static void Run(CommandSource source, ShardBlock shard, ReplyBuffer reply, ref BatchCommand command)
    {
        CommandDescriptor descriptor = command.Descriptor;
        ref CommandStats.Row stats = ref shard.Stats[descriptor.Id];
        int start = reply.Length;
        reply.Resp3 = command.Resp3;
        if (source.Engine.Cluster is { } cluster && !cluster.Admits(source, shard, reply, ref command))
        {
            stats.Rejected += command.IsSentBack ? 0 : 1;
            return;
        }

        if ((descriptor.Flags & CommandFlags.DenyOom) != 0 && !HasRoom(source.Engine, shard, command.ShardMask) && !source.AllowsOom)
        {
            stats.Rejected++;
            reply.Error(Errors.OutOfMemory);
            return;
        }

        TrackingTurn? turn = source.Engine.Tracking.IsActive ? TrackingTurn.Begin(source) : null;
        Invoke(source, shard.Keyspace[command.Database], reply, ref command);
        turn?.End(source, reply, command);
        stats.Calls++;
        if (reply.Length > start && reply.Written[start] == '-')
        {
            stats.Failed++;
            shard.Stats.CountError(reply.Written[start..]);
        }
    }

    private static bool HasRoom(StoreEngine engine, ShardBlock shard, ulong shards)
        => (shards & (shards - 1)) == 0 ? shard.Keyspace.HasRoomForWrite() : HeldShards.HasRoom(engine, shards);

    private static void Handle(ref CommandCall call)
    {
        int start = call.Reply.Length;
        try
        {
            call.Descriptor.Handler(ref call);
        }
        catch (Exception bug) when (bug is not ArenaCheckException)
        {
            AnswerBug(call.Engine, call.Reply, start, call.Descriptor, bug);
        }
    }

    // CLIENT NO-TOUCH: what such a client uses is not thereby worth more to a cache. A replay: the other store tells when a key has expired.
    private static void Keep(ref CommandCall call, bool ranks, bool due)
    {
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
        {
            Keyspace keyspace = call.Engine.Shards[System.Numerics.BitOperations.TrailingZeroCount(rest)].Keyspace;
            keyspace.KeepsRanks = ranks;
            keyspace.KeepsDue = due;
        }
    }

    // An error is data (DESIGN rule 4): what a handler throws is its client's error reply and a line in the log, and neither the shard nor other clients are
    // harmed. Only a proven access to freed memory ends the block.
    private static void AnswerBug(StoreEngine engine, ReplyBuffer reply, int start, CommandDescriptor descriptor, Exception bug)
    {
        reply.Truncate(start);
        if (bug is OutOfMemoryException)
        {
            reply.Error(Errors.OutOfMemory);
            return;
        }

        engine.ReportBug(descriptor, bug);
        reply.Error($"ERR internal error in '{descriptor.FullName}'; it is in the server's log");
    }

    /// <summary>Calls the handler; <paramref name="database"/> is null for commands that run without a shard.</summary>
    public static void Invoke(CommandSource source, Database? database, ReplyBuffer reply, ref BatchCommand command)
    {
        int start = reply.Length;
        CommandCall call = new(source, database, reply, ref command);
        bool isJournaled = command.ShardMask != 0 && source.Engine.Journals.IsActive;
        if (isJournaled)
            CommandEffects.Begin(ref call);
        bool isApart = (call.Client.NoTouch || call.Client.IsReplay) && command.ShardMask != 0;
        if (isApart)
            Keep(ref call, ranks: call.Client.NoTouch && command.Descriptor.Name != "touch", due: call.Client.IsReplay);
        Handle(ref call);
        if (isJournaled)
            CommandEffects.Write(ref call, start);
        if (isApart)
            Keep(ref call, ranks: false, due: false);
        if (source.Engine.Monitors.IsActive)
            source.Engine.Monitors.Tell(command.Descriptor, call.Args, source.Client, command.Database, source.Origin);
    }
}
