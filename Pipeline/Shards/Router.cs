using System.Numerics;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Where a command goes.</summary>
internal enum Route
{
    /// <summary>Into the batch, to one shard.</summary>
    Shard,

    /// <summary>Runs now, in the session.</summary>
    Inline,

    /// <summary>Runs when what came before it is done: without a shard (mask 0), or holding several.</summary>
    Alone,

    /// <summary>Answered with <see cref="Router.Error"/>.</summary>
    Refused,
}

/// <summary>Finds a command's descriptor and shards. By index, never by predicates (DESIGN rule 5). One per session; keeps no state between commands.</summary>
internal sealed class Router(StoreEngine engine)
{
    private readonly List<int> _keys = [];
    private readonly AclGate _gate = new(engine);
    private readonly SlotGuard? _guard = engine.Cluster is { } cluster ? new SlotGuard(cluster) : null;

    /// <summary>Cluster mode: whether commands are looked at for their slot.</summary>
    public bool IsGuarded => _guard is not null;

    /// <summary>Why the last command was refused.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Decides for one command; fills its descriptor, hash and shard mask.</summary>
    public Route Route(ArgView args, ClientContext client, ref BatchCommand command, out int shard)
    {
        shard = 0;
        command.Descriptor = CommandTable.Unknown;
        CommandDescriptor? descriptor = engine.Commands.Find(args[0]);
        if (descriptor is null)
            return Refuse(UnknownCommand(args));
        if (descriptor.Subcommands.Count > 0 && args.Count > 1)
        {
            CommandDescriptor container = descriptor;
            descriptor = descriptor.FindSubcommand(args[1]);
            if (descriptor is null)
                return Refuse($"ERR unknown subcommand '{Clip(args[1])}'. Try {container.Name.ToUpperInvariant()} HELP.");
        }

        if (!descriptor.AcceptsCount(args.Count))
            return Refuse(Errors.WrongArity(descriptor.FullName), descriptor);
        if (!client.IsTrusted && RefusalOf(descriptor, args, client) is { } denied)
            return Refuse(denied, descriptor);
        command.Descriptor = descriptor;
        if (_guard is not null && _guard.Check(args, client, ref command) is { } elsewhere)
            return Refuse(elsewhere, descriptor);
        return Place(args, ref command, out shard);
    }

    /// <summary>What EXEC would be denied of a command that was allowed when it was queued.</summary>
    public AclVerdict CheckQueued(CommandDescriptor descriptor, ArgView args, ClientContext client) => _gate.Check(descriptor, args, client, AclGate.InMulti).Verdict;

    /// <summary>Whether a client's user is allowed a call; nothing is entered in the log (redis.acl_check_cmd).</summary>
    public bool Admits(CommandDescriptor descriptor, ArgView args, ClientContext client) => !_gate.Peek(descriptor, args, client.User).IsDenied;

    /// <summary>Why a script may not make a call in its client's name, or null.</summary>
    public string? RefuseInScript(CommandDescriptor descriptor, ArgView args, ClientContext client)
    {
        AclDenial denial = _gate.Check(descriptor, args, client, AclGate.InScript);
        return denial.IsDenied ? "ERR ACL failure in script: " + denial.Explain(client.User, descriptor, args) : null;
    }

    /// <summary>Cluster mode: EXEC goes where its queue goes, if that is one slot, and one of this node. False: refused.</summary>
    public bool AdmitsQueue(TransactionQueue queue, ClientContext client, ref BatchCommand command)
    {
        if (_guard is null || _guard.CheckQueue(queue.Slot, queue.HasSeveralSlots, queue.Flags, client, ref command) is not { } elsewhere)
            return true;
        Refuse(elsewhere, command.Descriptor);
        return false;
    }

    /// <summary>Cluster mode: why a script may not call this command, or null.</summary>
    public string? RefuseCall(ArgView args, ClientContext client, bool mayCross, ref int scriptSlot, ref BatchCommand command)
        => _guard?.CheckCall(args, client, mayCross, ref scriptSlot, ref command);

    /// <summary>Finds the shards of a command whose descriptor is known; fills hash and mask.</summary>
    internal Route Place(ArgView args, ref BatchCommand command, out int shard)
    {
        CommandDescriptor descriptor = command.Descriptor;
        shard = 0;
        int shards = engine.Shards.Length;
        if (descriptor.Keys.IsSingle)
        {
            command.Hash = KeyHash.Of(args[descriptor.Keys.First]);
            shard = KeyHash.ShardOf(command.Hash, shards);
            command.ShardMask = 1UL << shard;
            return Placed(descriptor);
        }

        if ((descriptor.Flags & CommandFlags.Global) != 0 || (descriptor.NeedsAllShards is { } needs && needs(engine, args)))
        {
            command.ShardMask = engine.AllShards;
            return shards == 1 ? Shards.Route.Shard : Shards.Route.Alone;
        }

        if (!descriptor.Keys.HasKeys)
            return (descriptor.Flags & CommandFlags.Inline) != 0 ? Shards.Route.Inline : Shards.Route.Alone;
        return PlaceByKeys(args, ref command, out shard);
    }

    private Route PlaceByKeys(ArgView args, ref BatchCommand command, out int shard)
    {
        int shards = engine.Shards.Length;
        _keys.Clear();
        command.Descriptor.Keys.Find(args, _keys);
        ulong mask = 0;
        for (int i = 0; i < _keys.Count; i++)
        {
            ulong hash = KeyHash.Of(args[_keys[i]]);
            if (i == 0)
                command.Hash = hash;
            mask |= 1UL << KeyHash.ShardOf(hash, shards);
            if (shards == 1)
                break;
        }

        // Without keys it is a wrong command, whose handler says so on any shard.
        if (mask == 0)
            mask = 1;
        shard = BitOperations.TrailingZeroCount(mask);
        command.ShardMask = mask;
        return BitOperations.PopCount(mask) <= 1 ? Placed(command.Descriptor) : Shards.Route.Alone;
    }

    // A command that may wait for a key is no part of a batch: what came before it must have been answered while it waits. Nor is one that others depend on.
    private static Route Placed(CommandDescriptor descriptor)
        => (descriptor.Flags & (CommandFlags.Blocking | CommandFlags.EndsBatch)) != 0 ? Shards.Route.Alone : Shards.Route.Shard;

    /// <summary>A RESP2 client that listens to channels could not tell the reply from a message.</summary>
    public Route RefuseWhileSubscribed(CommandDescriptor descriptor) => Refuse(
        $"ERR Can't execute '{descriptor.FullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context", descriptor);

    /// <summary>A script runs for too long: only what can end it is let through.</summary>
    public Route RefuseBusy(CommandDescriptor descriptor)
        => Refuse(engine.Scripts.Control.BusyError, descriptor);

    /// <summary>The data is not there yet.</summary>
    public Route RefuseLoading(CommandDescriptor descriptor) => Refuse("LOADING Redis is loading the dataset in memory", descriptor);

    // Who has not come in, or may not do everything.
    private string? RefusalOf(CommandDescriptor descriptor, ArgView args, ClientContext client)
    {
        if (!client.Authenticated && engine.NeedsPassword)
            return descriptor.Has(CommandFlags.NoAuth) ? null : Errors.NoAuth;
        AclDenial denial = _gate.Check(descriptor, args, client, client.Session.Queue is null ? AclGate.AtTopLevel : AclGate.InMulti);
        return denial.IsDenied ? "NOPERM " + denial.Explain(client.User, descriptor, args) : null;
    }

    private Route Refuse(string error, CommandDescriptor? descriptor = null)
    {
        Error = error;
        engine.CountRejected(descriptor, error);
        return Shards.Route.Refused;
    }

    // Redis shows up to 128 bytes of the name and of the arguments.
    private static string UnknownCommand(ArgView args)
    {
        System.Text.StringBuilder text = new();
        for (int i = 1; i < args.Count && text.Length < 128; i++)
        {
            string shown = Clip(args[i], 128 - text.Length);
            text.Append('\'').Append(shown).Append("' ");
        }

        return $"ERR unknown command '{Clip(args[0])}', with args beginning with: {text}";
    }

    private static string Clip(ReadOnlySpan<byte> text, int max = 128)
        => Words.Text(text[..Math.Min(text.Length, max)]).Replace('\r', ' ').Replace('\n', ' ');
}
