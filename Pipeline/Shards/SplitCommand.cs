// Owner while parts run: each shard its own part and reply buffer. Made and gathered in the session's turn or behind the last part.

using System.Buffers.Text;
using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>A command that is the sum of what it does on each shard (MGET, MSET, DEL), as one smaller command for each of its shards.</summary>
internal sealed class SplitCommand
{
    private readonly Batch _batch;
    private readonly BatchCommand _command;
    private readonly BatchCommand[] _parts;

    private SplitCommand(Batch batch, BatchCommand command)
    {
        _batch = batch;
        _command = command;
        _parts = new BatchCommand[batch.Engine.Shards.Length];
    }

    /// <summary>The parts of a command; null if it has none, or if one of them could be refused while others run.</summary>
    public static SplitCommand? TryMake(Batch batch, BatchCommand command)
    {
        CommandDescriptor descriptor = command.Descriptor;
        if (descriptor.Parts == PartReply.None || (command.ArgCount - 1) % descriptor.Keys.Step != 0)
            return null;
        if (descriptor.Has(CommandFlags.DenyOom) && batch.Engine.Config.Get(StoreOptions.MaxMemory) > 0)
            return null;
        SplitCommand split = new(batch, command);
        for (ulong rest = command.ShardMask; rest != 0; rest &= rest - 1)
            split.MakePart(BitOperations.TrailingZeroCount(rest));
        return split;
    }

    /// <summary>Runs the part of one shard.</summary>
    public void RunPart(ShardBlock shard)
    {
        ReplyBuffer reply = _batch.PartReply(shard.Index);
        reply.Resp3 = _command.Resp3;
        CommandRunner.Invoke(_batch, shard.Keyspace[_command.Database], reply, ref _parts[shard.Index]);
    }

    /// <summary>The reply of the whole command.</summary>
    public void Gather(ReplyBuffer into)
    {
        if (FindError() is { } failed)
            into.Raw(_batch.PartReply(failed).Written);
        else if (_command.Descriptor.Parts == PartReply.Ok)
            into.Ok();
        else if (_command.Descriptor.Parts == PartReply.Sum)
            into.Integer(SumOfParts());
        else
            GatherElements(into);
    }

    private void MakePart(int shard)
    {
        ArgList args = _batch.Args;
        int first = args.Count, step = _command.Descriptor.Keys.Step;
        AddArg(args, 0);
        for (int i = 1; i < _command.ArgCount; i += step)
        {
            if (ShardOf(i) != shard)
                continue;
            for (int j = i; j < i + step; j++)
                AddArg(args, j);
        }

        BatchCommand part = _command;
        part.FirstArg = first;
        part.ArgCount = args.Count - first;
        part.ShardMask = 1UL << shard;
        part.Hash = KeyHash.Of(new ArgView(_batch.Data, args.Items.AsSpan(first, part.ArgCount))[1]);
        _parts[shard] = part;
    }

    private void AddArg(ArgList args, int index)
    {
        ArgRange range = args.Items[_command.FirstArg + index];
        args.Add(range.Offset, range.Length);
    }

    private int ShardOf(int arg)
    {
        ArgView args = new(_batch.Data, _batch.Args.Items.AsSpan(_command.FirstArg, _command.ArgCount));
        return KeyHash.ShardOf(KeyHash.Of(args[arg]), _parts.Length);
    }

    // A handler that threw has answered with an error.
    private int? FindError()
    {
        for (ulong rest = _command.ShardMask; rest != 0; rest &= rest - 1)
        {
            int shard = BitOperations.TrailingZeroCount(rest);
            if (_batch.PartReply(shard).Written[0] == '-')
                return shard;
        }

        return null;
    }

    private long SumOfParts()
    {
        long sum = 0;
        for (ulong rest = _command.ShardMask; rest != 0; rest &= rest - 1)
        {
            // An integer reply: the digits end where the number does.
            sum += Utf8Parser.TryParse(_batch.PartReply(BitOperations.TrailingZeroCount(rest)).Written[1..], out long part, out _) ? part : 0;
        }

        return sum;
    }

    // The elements of each part come in the order of its keys, so one place in each part is all there is to remember.
    private void GatherElements(ReplyBuffer into)
    {
        Span<int> at = stackalloc int[_parts.Length];
        for (ulong rest = _command.ShardMask; rest != 0; rest &= rest - 1)
        {
            int shard = BitOperations.TrailingZeroCount(rest);
            at[shard] = LineLength(_batch.PartReply(shard).Written);
        }

        into.Array(_command.ArgCount - 1);
        for (int i = 1; i < _command.ArgCount; i++)
        {
            int shard = ShardOf(i);
            ReadOnlySpan<byte> left = _batch.PartReply(shard).Written[at[shard]..];
            int length = ElementLength(left);
            into.Raw(left[..length]);
            at[shard] += length;
        }
    }

    // A bulk string, or a null of RESP2 or RESP3.
    private static int ElementLength(ReadOnlySpan<byte> reply)
    {
        int line = LineLength(reply);
        return reply[0] == '$' && Utf8Parser.TryParse(reply[1..], out int bytes, out _) && bytes >= 0 ? line + bytes + 2 : line;
    }

    private static int LineLength(ReadOnlySpan<byte> reply) => reply.IndexOf((byte)'\n') + 1;
}
