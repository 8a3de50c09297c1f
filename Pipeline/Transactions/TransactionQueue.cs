// Owner: the session's turn while commands are queued; then, from EXEC on, the thread that holds the shards of all its keys; then the session again.

using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// The commands between MULTI and EXEC, in memory of their own: the receive buffer moves on. Reused, so that a MULTI allocates nothing in the steady state.
/// </summary>
internal sealed partial class TransactionQueue(StoreEngine engine, ClientContext client) : CommandSource(engine, client)
{
    private const int KeptBytesMax = 64 * 1024;

    private BatchCommand[] _commands = new BatchCommand[8];
    private int _used;
    private WatchTicket? _watched;

    /// <inheritdoc />
    public override bool IsNested => true;

    /// <summary>Queued commands.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the queued arguments.</summary>
    public int Bytes => _used;

    /// <summary>Shards of all keys, watched ones included; every shard if a command needs all.</summary>
    public ulong ShardMask { get; private set; }

    /// <summary>The flags of all its commands together.</summary>
    public CommandFlags Flags { get; private set; }

    /// <summary>Whether a command was refused when it was to be queued: EXEC then runs none.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>Whether a command acts on its client or on the server, not on keys: then what follows EXEC has to wait for it.</summary>
    public bool HasCommandsWithoutShard { get; private set; }

    /// <summary>Cluster mode: the hash slot of the first command that has one; -1 if none has.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>Cluster mode: whether its commands are on several slots.</summary>
    public bool HasSeveralSlots { get; private set; }

    /// <summary>Whether a command uses keys that its arguments do not name.</summary>
    public bool UsesUnnamedKeys { get; private set; }

    /// <summary>A command was refused.</summary>
    public void Spoil() => IsSpoilt = true;

    /// <summary>Adds a command that the router has placed; copies its arguments.</summary>
    public void Add(ArgView args, BatchCommand command)
    {
        command.FirstArg = Args.Count;
        for (int i = 0; i < args.Count; i++)
            Copy(args[i]);
        if (Count == _commands.Length)
            Array.Resize(ref _commands, Count * 2);
        _commands[Count++] = command;
        ShardMask |= command.ShardMask;
        Flags |= command.Descriptor.Flags;
        HasCommandsWithoutShard |= command.ShardMask == 0;
        HasSeveralSlots |= command.Slot >= 0 && Slot >= 0 && command.Slot != Slot;
        Slot = Slot >= 0 ? Slot : command.Slot;
        UsesUnnamedKeys |= command.Descriptor.UsesUnnamedKeys;
    }

    /// <summary>EXEC of a restricted user: his rules may have changed since the commands were queued.</summary>
    public void LookAtRules(Router router)
    {
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            command.Denied = router.CheckQueued(command.Descriptor, new ArgView(Data, Args.Items.AsSpan(command.FirstArg, command.ArgCount)), Client);
        }
    }

    /// <summary>EXEC takes over what the client has watched.</summary>
    public void Take(WatchTicket? watched)
    {
        _watched = watched;
        if (watched is not null)
            ShardMask |= watched.ShardMask;
    }

    /// <summary>Names all keys as locks.</summary>
    public void AddLocks(List<KeyLock> into)
    {
        for (int i = 0; i < Count; i++)
            HeldShards.AddLocks(this, _commands[i], into);
        _watched?.AddLocks(Engine, into);
    }

    /// <summary>EXEC: one reply with those of all commands, an error, or null if a watched key has changed. All shards of the mask are held.</summary>
    public void Run(ReplyBuffer reply, int database, bool cachingGiven)
    {
        bool holds = _watched is not { } watched || watched.Holds(Engine);
        _watched?.EndHeld(Engine);
        if (IsSpoilt)
            reply.Error("EXECABORT Transaction discarded because of previous errors.");
        else if (!holds)
            reply.NullArray();
        else
            RunAll(reply, database, cachingGiven);
    }

    /// <summary>DISCARD and the end of the connection: nothing is run.</summary>
    public void Abandon() => _watched?.End(Engine);

    /// <summary>Makes it ready for the next MULTI; unusually big memory is given back.</summary>
    public void Reset()
    {
        _commands.AsSpan(0, Count).Clear();
        Count = 0;
        Args.Clear();
        _used = 0;
        _watched = null;
        ShardMask = 0;
        Flags = CommandFlags.None;
        IsSpoilt = false;
        HasCommandsWithoutShard = false;
        Slot = -1;
        HasSeveralSlots = false;
        UsesUnnamedKeys = false;
        if (Data.Length > KeptBytesMax)
            Data = [];
    }

    private void RunAll(ReplyBuffer reply, int database, bool cachingGiven)
    {
        long started = Engine.Time.GetTimestamp();
        bool resp3 = reply.Resp3;
        int light = 0;
        reply.Array(Count);
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            command.Resp3 = resp3;
            command.Database = (byte)database;
            command.CachingGiven = cachingGiven;
            if (command.ShardMask != 0)
            {
                RunOnShards(reply, ref command);
                light += command.Descriptor.IsTimedByBatch ? 1 : 0;
                continue;
            }

            // SELECT and HELLO hold for the commands behind them.
            RunWithoutShard(reply, ref command);
            database = Client.Database;
            resp3 = Client.Resp3;
            if (Client.Tracking is { IsCachingGiven: true } tracking)
            {
                cachingGiven = true;
                tracking.IsCachingGiven = false;
            }
        }

        if (light > 0)
            ShareTime(ShardMask, (Engine.Time.GetTimestamp() - started) / Count);
    }

    private void RunOnShards(ReplyBuffer reply, ref BatchCommand command)
    {
        if (command.Denied == AclVerdict.Allowed)
            HeldShards.Run(this, reply, ref command);
        else
            Refuse(reply, command);
    }

    private void Refuse(ReplyBuffer reply, in BatchCommand command)
    {
        string error = AclDenial.ExplainQueued(command.Denied);
        Engine.CountRejected(command.Descriptor, error);
        reply.Error(error);
    }

    private void RunWithoutShard(ReplyBuffer reply, ref BatchCommand command)
    {
        if (command.Denied != AclVerdict.Allowed)
        {
            Refuse(reply, command);
            return;
        }

        int start = reply.Length;
        reply.Resp3 = command.Resp3;
        long started = Engine.Time.GetTimestamp();
        CommandRunner.Invoke(this, null, reply, ref command);
        Engine.CountLocal(command.Descriptor, reply.Written[start..], Engine.Time.GetTimestamp() - started);
    }

    private void ShareTime(ulong shards, long ticks)
    {
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            if ((command.ShardMask & shards) != 0 && command.Descriptor.IsTimedByBatch)
                Engine.Shards[BitOperations.TrailingZeroCount(command.ShardMask)].Stats.AddTime(command.Descriptor.Id, ticks);
        }
    }

    private void Copy(ReadOnlySpan<byte> arg)
    {
        if (Data.Length - _used < arg.Length)
        {
            byte[] grown = new byte[Math.Max(1024, checked((_used + arg.Length) * 2L) > Array.MaxLength ? Array.MaxLength : (_used + arg.Length) * 2)];
            Data.AsSpan(0, _used).CopyTo(grown);
            Data = grown;
        }

        arg.CopyTo(Data.AsSpan(_used));
        Args.Add(_used, arg.Length);
        _used += arg.Length;
    }
}
