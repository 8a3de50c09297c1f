using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>A command whose keys lie on several shards, or one that may wait: its handler runs once, on the thread that holds all its shards.</summary>
internal sealed class MultiShardCommand(Batch batch, BatchCommand command) : IMultiShardWork
{
    public ulong ShardMask => command.ShardMask;

    public bool IsGlobal => command.Queue is { } queue ? queue.Flags.HasFlag(CommandFlags.Global) : !command.Descriptor.Keys.HasKeys;

    public void AddLocks(List<KeyLock> into) => HeldShards.AddLocks(batch, command, into);

    public void Run()
    {
        BatchCommand running = command;
        int start = batch.Local.Length;
        HeldShards.Run(batch, batch.Local, ref running);
        batch.AddLocal(running, start);
    }

    public void Refuse(Exception reason)
    {
        int start = batch.Local.Length;
        batch.Local.Error(Errors.ShuttingDown);
        batch.AddLocal(command, start);
    }

    public void Concluded() => batch.LaneDone();
}
