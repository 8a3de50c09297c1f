using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Runs one command on the shard that the caller owns: memory check, handler, counters.</summary>
internal static class CommandRunner
{
    public static void Run(Batch batch, ShardBlock shard, ReplyBuffer reply, ref BatchCommand command)
    {
        CommandDescriptor descriptor = command.Descriptor;
        ref CommandStats.Row stats = ref shard.Stats[descriptor.Id];
        int start = reply.Length;
        reply.Resp3 = command.Resp3;
        if ((descriptor.Flags & CommandFlags.DenyOom) != 0 && !shard.Keyspace.HasRoomForWrite())
        {
            stats.Rejected++;
            reply.Error(Errors.OutOfMemory);
            return;
        }

        Invoke(batch, shard.Keyspace[command.Database], reply, ref command);
        stats.Calls++;
        if (reply.Length > start && reply.Written[start] == '-')
        {
            stats.Failed++;
            shard.Stats.CountError(reply.Written[start..]);
        }
    }

    /// <summary>Calls the handler; <paramref name="database"/> is null for commands that run without a shard.</summary>
    public static void Invoke(Batch batch, Database? database, ReplyBuffer reply, ref BatchCommand command)
    {
        CommandCall call = new()
        {
            Args = new ArgView(batch.Data, batch.Args.Items.AsSpan(command.FirstArg, command.ArgCount)),
            Descriptor = command.Descriptor,
            Reply = reply,
            Client = batch.Client,
            Engine = batch.Engine,
            Database = database!,
            Hash = command.Hash,
        };
        command.Descriptor.Handler(ref call);
    }
}
