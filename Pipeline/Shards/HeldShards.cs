// Owner: the thread that holds all shards of the command's keys.

using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Runs a command while all its shards are held: one that came alone, one of a MULTI, or one that a script calls.</summary>
internal static class HeldShards
{
    /// <summary>Runs the command and writes its one reply. Its <see cref="BatchCommand.Hash"/> and <see cref="BatchCommand.ShardMask"/> are filled.</summary>
    public static void Run(CommandSource source, ReplyBuffer reply, ref BatchCommand command)
    {
        StoreEngine engine = source.Engine;
        CommandDescriptor descriptor = command.Descriptor;
        ShardBlock shard = HomeOf(engine, command);
        if (source.IsNested && descriptor.IsTimedByBatch)
        {
            CommandRunner.Run(source, shard, reply, ref command);
            return;
        }

        long started = engine.Time.GetTimestamp();
        CommandRunner.Run(source, shard, reply, ref command);
        long ticks = engine.Time.GetTimestamp() - started;
        shard.Stats.AddTime(descriptor.Id, ticks);
        if (!descriptor.Has(CommandFlags.SkipSlowlog))
            engine.Slowlog.Consider(source, command, ticks);
    }

    /// <summary>Names the keys of a command as a transaction's locks.</summary>
    public static void AddLocks(CommandSource source, in BatchCommand command, List<KeyLock> into)
    {
        if (command.Queue is { } queue)
        {
            queue.AddLocks(into);
            return;
        }

        bool changes = command.Descriptor.Has(CommandFlags.Write);
        if (command.Descriptor.Keys.IsSingle)
        {
            into.Add(new KeyLock(KeyHash.ShardOf(command.Hash, source.Engine.Shards.Length), command.Hash, changes));
            return;
        }

        ArgView args = new(source.Data, source.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        List<int> keys = [];
        command.Descriptor.Keys.Find(args, keys);
        foreach (int key in keys)
        {
            ulong hash = KeyHash.Of(args[key]);
            into.Add(new KeyLock(KeyHash.ShardOf(hash, source.Engine.Shards.Length), hash, changes));
        }
    }

    // The first key's shard; any of those held for a command without keys.
    private static ShardBlock HomeOf(StoreEngine engine, in BatchCommand command)
    {
        int ofKey = KeyHash.ShardOf(command.Hash, engine.Shards.Length);
        bool isHeld = (command.ShardMask & (1UL << ofKey)) != 0;
        return engine.Shards[isHeld && command.Descriptor.Keys.HasKeys ? ofKey : BitOperations.TrailingZeroCount(command.ShardMask)];
    }

    /// <summary>Whether all these shards, which are held, have room for more; what may go is evicted first.</summary>
    public static bool HasRoom(StoreEngine engine, ulong shards)
    {
        bool room = true;
        for (ulong rest = shards; rest != 0; rest &= rest - 1)
            room &= engine.Shards[BitOperations.TrailingZeroCount(rest)].Keyspace.HasRoomForWrite();
        return room;
    }
}
