// Owner while parts run: each shard the commands that are its own, and the reply buffer it was given; nothing of the queue itself changes.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Transactions;

/// <content>A MULTI whose commands have one shard each, squashed: each shard runs its own in one hop; the replies are put together in their order.</content>
internal sealed partial class TransactionQueue
{
    /// <summary>Hops in which it runs in parts; 0 if it has to run at one moment. With watches a first hop looks at them on all their shards.</summary>
    public int PrepareHops()
    {
        if (IsSpoilt || HasCommandsWithoutShard || UsesUnnamedKeys)
            return 0;
        for (int i = 0; i < Count; i++)
        {
            if (!BitOperations.IsPow2(_commands[i].ShardMask))
                return 0;
        }

        return _watched is null ? 1 : 2;
    }

    /// <summary>What one shard has to do in a hop.</summary>
    public void RunPart(ShardBlock shard, int hop, ReplyBuffer reply, in BatchCommand exec)
    {
        if (_watched is { } watched)
        {
            if (hop == 0)
            {
                watched.Look(Engine, shard);
                return;
            }

            watched.Leave(shard);
            if (watched.IsDirty)
                return;
        }

        RunCommandsOf(shard, reply, exec);
    }

    /// <summary>The one reply of EXEC, when all parts have run.</summary>
    public void Gather(ReplyBuffer into, Batch batch)
    {
        if (_watched is { IsDirty: true })
        {
            into.NullArray();
            return;
        }

        into.Array(Count);
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            into.Raw(batch.PartReply(command.Lane).Written.Slice(command.ReplyStart, command.ReplyLength));
        }
    }

    private void RunCommandsOf(ShardBlock shard, ReplyBuffer reply, in BatchCommand exec)
    {
        ulong mine = 1UL << shard.Index;
        long started = Engine.Time.GetTimestamp();
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            if (command.ShardMask != mine)
                continue;
            command.Resp3 = exec.Resp3;
            command.Database = exec.Database;
            command.Lane = (short)shard.Index;
            command.ReplyStart = reply.Length;
            RunOnShards(reply, ref command);
            command.ReplyLength = reply.Length - command.ReplyStart;
            count++;
        }

        if (count > 0)
            ShareTime(mine, (Engine.Time.GetTimestamp() - started) / count);
    }
}
