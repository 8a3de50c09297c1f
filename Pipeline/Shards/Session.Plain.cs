using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

// The short way into a batch. Nearly every command is one on one key, of a client that is in no special mode, of a store that is in none: what Take asks of each
// command is asked once for all that follow each other then. Whatever is not plain goes through Take, and may change what holds for the next.
public sealed partial class Session
{
    // Other threads may end this at any time (a pause, loading, a script that runs too long, a user who loses rights): for the commands of a read that is being parsed
    // that comes later, as for those that have been. Only a pause is looked at for each command, since somebody waits for what comes after it.
    private bool IsPlain()
        => _flow is null && Queue is null && Client.IsTrusted && Client.ReplyMode == ReplyMode.On && Client.Tracking is null && !Subscriptions.Any
            && !_router.IsGuarded && !_engine.IsLoading && !_engine.Scripts.Control.IsBusy;

    // False: nothing has been done.
    private bool TryTakePlain(int firstArg)
    {
        ReadOnlySpan<ArgRange> args = _batch.Args.Items.AsSpan(firstArg, _batch.Args.Count - firstArg);
        CommandDescriptor? descriptor = _engine.Commands.Find(BytesOf(args[0]));
        if (descriptor is not { IsPlain: true } || !descriptor.AcceptsCount(args.Length) || _engine.Pause.IsActive)
            return false;
        ref BatchCommand command = ref _batch.Next();
        command.Descriptor = descriptor;
        command.FirstArg = firstArg;
        command.ArgCount = args.Length;
        command.Database = (byte)Client.Database;
        command.Resp3 = Client.Resp3;
        command.Hash = KeyHash.Of(BytesOf(args[descriptor.Keys.First]));
        int shard = KeyHash.ShardOf(command.Hash, _engine.Shards.Length);
        command.ShardMask = 1UL << shard;
        _batch.AddToShard(shard);
        return true;
    }

    private ReadOnlySpan<byte> BytesOf(in ArgRange range) => new(_batch.Data, range.Offset, range.Length);
}
