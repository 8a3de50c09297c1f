using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>A command whose keys lie on several shards: its handler runs once, on the thread that holds them all.</summary>
internal sealed class MultiShardCommand(Batch batch, BatchCommand command) : IMultiShardWork
{
    public ulong ShardMask => command.ShardMask;

    public void Run()
    {
        BatchCommand running = command;
        CommandDescriptor descriptor = command.Descriptor;
        ShardBlock first = descriptor.Keys.HasKeys
            ? batch.Engine.Shards[Storage.Table.KeyHash.ShardOf(command.Hash, batch.Engine.Shards.Length)]
            : batch.Engine.Shards[BitOperations.TrailingZeroCount(command.ShardMask)];
        int start = batch.Local.Length;
        long started = batch.Engine.Time.GetTimestamp();
        if (HasRoom(descriptor))
            CommandRunner.Run(batch, first, batch.Local, ref running);
        else
            batch.Local.Error(Errors.OutOfMemory);
        long ticks = batch.Engine.Time.GetTimestamp() - started;
        first.Stats[descriptor.Id].Ticks += ticks;
        batch.Engine.Slowlog.Consider(batch, running, ticks);
        batch.AddLocal(running, start);
    }

    public void Refuse(Exception reason)
    {
        int start = batch.Local.Length;
        batch.Local.Error(Errors.ShuttingDown);
        batch.AddLocal(command, start);
    }

    public void Concluded() => batch.LaneDone();

    private bool HasRoom(CommandDescriptor descriptor)
    {
        if ((descriptor.Flags & CommandFlags.DenyOom) == 0)
            return true;
        bool room = true;
        for (ulong rest = command.ShardMask; rest != 0; rest &= rest - 1)
            room &= batch.Engine.Shards[BitOperations.TrailingZeroCount(rest)].Keyspace.HasRoomForWrite();
        return room;
    }
}
