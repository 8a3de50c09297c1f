using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// A command whose keys lie on several shards, or one that acts on its session too (WATCH): its handler runs once, on the thread that holds all its shards; or in parts,
/// if the policy can run parts and the command is the sum of them.
/// </summary>
internal sealed class MultiShardCommand(Batch batch, BatchCommand command) : IMultiShardWork
{
    private SplitCommand? _split;
    private int _hops;
    private bool _refused;
    private long _partTicks;
    private ulong _transaction;

    public ulong ShardMask => command.ShardMask;

    public bool IsGlobal => command.Queue is { } queue ? queue.UsesUnnamedKeys : command.Descriptor.UsesUnnamedKeys;

    private bool IsWrite => ((command.Queue?.Flags ?? command.Descriptor.Flags) & CommandFlags.Write) != 0;

    public void AddLocks(List<KeyLock> into) => HeldShards.AddLocks(batch, command, into);

    public int PrepareHops()
    {
        // MONITOR shows commands as they were sent, in one order; a cluster's node looks at the slot of the command as a whole when it runs;
        // tracking remembers the keys of whole commands and tells their client behind the reply; notifications come in the order of a command's keys.
        StoreEngine engine = batch.Engine;
        if (engine.Monitors.IsActive || engine.Tracking.IsActive || engine.Cluster is not null || engine.NotifiesOfKeys)
            return 0;
        if (command.Queue is { } queue)
            return _hops = queue.PrepareHops();
        _split = SplitCommand.TryMake(batch, command);
        return _hops = _split is null ? 0 : 1;
    }

    public void Run()
    {
        BatchCommand running = command;
        int start = batch.Local.Length;
        HeldShards.Run(batch, batch.Local, ref running);
        batch.AddLocal(running, start);
    }

    public void RunPart(ShardBlock shard, int hop)
    {
        long started = batch.Engine.Time.GetTimestamp();
        if (hop == 0)
            batch.PartReply(shard.Index).Clear();
        if (hop == _hops - 1 && IsWrite && shard.Journal is { } journal)
            journal.Join(batch.Engine.Journals.Share(ref _transaction), BitOperations.PopCount(command.ShardMask));
        if (_split is not null)
            _split.RunPart(shard);
        else
            command.Queue!.RunPart(shard, hop, batch.PartReply(shard.Index), command);
        long ticks = batch.Engine.Time.GetTimestamp() - started;
        Interlocked.Add(ref _partTicks, ticks);
        CommandStats stats = shard.Stats;
        // One call, whatever the number of its parts; as long as the part on its first shard.
        if (hop == _hops - 1 && shard.Index == BitOperations.TrailingZeroCount(command.ShardMask))
        {
            stats[command.Descriptor.Id].Calls++;
            stats.AddTime(command.Descriptor.Id, ticks);
        }
        else
        {
            stats[command.Descriptor.Id].Ticks += ticks;
        }
    }

    public void Refuse(Exception reason)
    {
        _refused = true;
        int start = batch.Local.Length;
        batch.Local.Error(Errors.ShuttingDown);
        batch.AddLocal(command, start);
    }

    public void Concluded()
    {
        if (_hops > 0 && !_refused)
            GatherParts();
        batch.LaneDone();
    }

    private void GatherParts()
    {
        int start = batch.Local.Length;
        batch.Local.Resp3 = command.Resp3;
        if (_split is not null)
            _split.Gather(batch.Local);
        else
            command.Queue!.Gather(batch.Local, batch);
        for (ulong rest = command.ShardMask; rest != 0; rest &= rest - 1)
            batch.PartReply(BitOperations.TrailingZeroCount(rest)).Clear();
        batch.AddLocal(command, start);
        if (!command.Descriptor.Has(CommandFlags.SkipSlowlog))
            batch.Engine.Slowlog.Consider(batch, command, _partTicks);
    }
}
