// Concurrency rule: who wins the claim of _reply ends the command, once: a shard that serves it, the timeout, CLIENT UNBLOCK, the end of the connection, the
// stop. Arguments do not change while it waits. _retrying is set by a shard that holds a key of it and cleared by the retry, which holds them all.
// One that its only shard has served has left the queues in that step and is used again by its session, so whoever still knows it may meet the client's next
// waiting: ending that is what CLIENT UNBLOCK and the end of a connection mean then too; a timer names the waiting it was made for.

using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>
/// A command that waits for one of its keys (BLPOP) or for time (WAIT): its arguments, copied, and its reply. It is served by running its handler again
/// when a key has become ready: on the shard's own thread if that shard has all its keys, else as a transaction over its shards.
/// </summary>
internal sealed class BlockedCommand : CommandSource, IMultiShardWork, IResumable
{
    private const int KeptBytesMax = 1024;

    private readonly DeferredReply _reply;
    private readonly ReplyBuffer _served = new();
    private readonly Action<ReplyBuffer> _writeServed;
    private BatchCommand _command;
    private volatile bool _retrying;
    private int _retryKey;
    private int _onlyKey;
    private TimedOutReply _timedOut = null!;

    private BlockedCommand(ref CommandCall call)
        : base(call.Engine, call.Client, new ArgList(call.Count))
    {
        _reply = new DeferredReply(Client.Session.Owner, isReused: true);
        _writeServed = WriteServed;
    }

    /// <summary>Served, it does not wait again.</summary>
    public override bool IsNested => true;

    /// <inheritdoc />
    public override int OnlyKey => _onlyKey;

    /// <summary>What it waits for.</summary>
    public WaitCondition Condition { get; private set; } = null!;

    /// <summary>Which arguments it waits for.</summary>
    public Range Keys { get; private set; }

    /// <summary>Its reply, which the session waits for.</summary>
    public DeferredReply Reply => _reply;

    /// <summary>Number of the client's database.</summary>
    public int Database => _command.Database;

    /// <summary>Cluster mode: the hash slot of its keys; -1 without.</summary>
    public int Slot => _command.Slot;

    /// <inheritdoc />
    public ulong ShardMask => _command.ShardMask;

    /// <inheritdoc />
    public bool IsGlobal => false;

    /// <summary>Whether a retry over its shards is under way: nobody behind it is served before that.</summary>
    public bool IsRetrying => _retrying;

    /// <summary>Whether it has been answered, or somebody is about to.</summary>
    public bool IsOver => _reply.IsClaimed;

    private bool HasOneShard => BitOperations.IsPow2(ShardMask);

    /// <summary>One of the arguments.</summary>
    public ReadOnlySpan<byte> Argument(int index) => new(Data, Args.Items[index].Offset, Args.Items[index].Length);

    /// <summary>
    /// Makes the client of <paramref name="call"/> wait with a copy of its command: in the queues of its keys, whose shards are held, and for so long; 0 = no limit.
    /// </summary>
    /// <param name="call">The command that found nothing.</param>
    /// <param name="condition">What it waits for.</param>
    /// <param name="keys">The arguments that it waits for.</param>
    /// <param name="timedOut">What it answers when its time is over.</param>
    /// <param name="timeoutMs">Its time.</param>
    public static void Enter(ref CommandCall call, WaitCondition condition, Range keys, TimedOutReply timedOut, long timeoutMs)
    {
        BlockedCommand command = call.Client.Session.TakeServed() ?? new BlockedCommand(ref call);
        command.Condition = condition;
        command.Keys = keys;
        command._timedOut = timedOut;
        command.Copy(ref call);
        command.Enter(timeoutMs);
    }

    /// <summary>Ends the waiting with this reply, or that of a time that is over; false if it has ended before. Any thread.</summary>
    public bool End(Action<ReplyBuffer>? write = null)
    {
        if (!_reply.TryClaim())
            return false;
        EndClaimed(write);
        return true;
    }

    /// <summary>Serves it from a key for which it is first in line and which has a value; false if it has to be retried while all its shards are held.</summary>
    public bool TryServe(ReadOnlySpan<byte> key)
    {
        if (HasOneShard && MayTouchAll())
        {
            Serve(IndexOf(key), isLast: true);
            return true;
        }

        _retryKey = IndexOf(key);
        _retrying = true;
        Resumptions.Add(this);
        return false;
    }

    /// <summary>After an end: leaves the queues. Else: submits the retry.</summary>
    public void Resume()
    {
        if (IsOver)
            Engine.PostToShards(ShardMask, shard => shard.Waiters?.Remove(this));
        else
            Engine.Concurrency.Submit(this);
    }

    /// <inheritdoc />
    public void AddLocks(List<KeyLock> into) => HeldShards.AddLocks(this, _command, into);

    /// <summary>
    /// The retry, holding all shards: served if the key that called it, or another, still has a value for it. Those behind it are served when the
    /// transaction ends.
    /// </summary>
    public void Run()
    {
        _retrying = false;
        (int first, int count) = Keys.GetOffsetAndLength(Args.Count);
        int from = CanServe(_retryKey) ? _retryKey : 0;
        for (int i = first; i < first + count; i++)
        {
            if (from == 0 && CanServe(i))
                from = i;
            ShardOf(i).Waiters?.MarkReady(Database, Argument(i));
        }

        if (from != 0)
            Serve(from, isLast: false);
        // The queue that called it goes on before those of keys that it has pushed to.
        ShardBlock caller = ShardOf(_retryKey);
        caller.TransactionEnd?.Concluded(caller);
    }

    // The key it is served from belongs to the transaction that made it ready. Another one that it changes (BLMOVE's destination) may be locked by a
    // transaction that is scheduled: then it comes as a transaction of its own, behind that one.
    private bool MayTouchAll()
    {
        if (Engine.Shards[BitOperations.TrailingZeroCount(ShardMask)].Schedule is not { } schedule)
            return true;
        List<int> keys = [];
        _command.Descriptor.Keys.Find(new ArgView(Data, Args.Items.AsSpan(0, Args.Count)), keys);
        return keys.Count == Keys.GetOffsetAndLength(Args.Count).Length || schedule.Admits(this, _command);
    }

    private bool CanServe(int argument)
        => ShardOf(argument).Waiters is { } waiters && waiters.IsReady(this, Argument(argument)) && waiters.IsFirst(this, Argument(argument));

    /// <inheritdoc />
    public void Refuse(Exception reason) => End(static reply => reply.Error(Errors.ShuttingDown));

    /// <inheritdoc />
    public void Concluded()
    {
    }

    private void Enter(long timeoutMs)
    {
        (int first, int count) = Keys.GetOffsetAndLength(Args.Count);
        for (int i = first; i < first + count; i++)
            KeyWaiters.Of(ShardOf(i)).Add(this, Argument(i));
        Engine.BlockedClients.Added();
        Client.Session.Block(this);
        // From here on somebody may end it.
        long number = _reply.Open();
        if (timeoutMs > 0)
            StartTime(timeoutMs, number);
        // The connection may have gone while the command was on its way to its shards.
        if (Client.Session.IsLeaving)
            End(static reply => reply.Error(Errors.ShuttingDown));
    }

    private void StartTime(long timeoutMs, long number) => _reply.After(Engine.Time, timeoutMs, () => TimeOut(number));

    private void TimeOut(long number)
    {
        if (_reply.TryClaim(number))
            EndClaimed(write: null);
    }

    private void EndClaimed(Action<ReplyBuffer>? write)
    {
        Finish(write ?? _timedOut.Write);
        // Its places in the queues are given up from outside the shards.
        Resumptions.Add(this);
        Resumptions.Flush();
    }

    // Nobody else knows it any more if it is served by the one shard it was on: then it is the client's next waiting too.
    private void Serve(int argument, bool isLast)
    {
        if (!_reply.TryClaim())
            return;
        _onlyKey = argument;
        _served.Resp3 = _command.Resp3;
        ShardBlock shard = Engine.Shards[KeyHash.ShardOf(_command.Hash, Engine.Shards.Length)];
        if (Engine.Cluster is { Flushes.AnyUnderWay: true } cluster)
            cluster.Settle(this, _command);
        CommandRunner.Invoke(this, shard.Keyspace[_command.Database], _served, ref _command);
        StoreJournals.Conclude(Engine.Shards, ShardMask);
        for (ulong rest = ShardMask; rest != 0; rest &= rest - 1)
            Engine.Shards[BitOperations.TrailingZeroCount(rest)].Waiters?.Remove(this);
        if (isLast && Data.Length <= KeptBytesMax)
            Client.Session.KeepServed(this);
        Finish(_writeServed);
    }

    private void WriteServed(ReplyBuffer reply)
    {
        reply.Raw(_served.Written);
        _served.Release();
    }

    private void Finish(Action<ReplyBuffer> write)
    {
        Engine.BlockedClients.Removed();
        Client.Session.Unblocked();
        _reply.CompleteClaimed(write);
    }

    /// <summary>The argument that is this key.</summary>
    public int IndexOf(ReadOnlySpan<byte> key)
    {
        int at = Keys.GetOffsetAndLength(Args.Count).Offset;
        while (!Argument(at).SequenceEqual(key))
            at++;
        return at;
    }

    private ShardBlock ShardOf(int argument) => Engine.Shards[KeyHash.ShardOf(KeyHash.Of(Argument(argument)), Engine.Shards.Length)];

    private void Copy(ref CommandCall call)
    {
        _onlyKey = 0;
        _served.Clear();
        _command = new BatchCommand
        {
            Descriptor = call.Descriptor,
            Hash = call.Hash,
            ShardMask = call.HeldShards,
            ArgCount = call.Count,
            Database = (byte)call.DatabaseIndex,
            Resp3 = call.Reply.Resp3,
            Slot = call.Slot,
        };
        CopyArguments(call.Args);
    }

    private void CopyArguments(ArgView args)
    {
        int bytes = 0;
        for (int i = 0; i < args.Count; i++)
            bytes += Condition.Kept(i, args[i]).Length;
        if (Data.Length < bytes)
            Data = new byte[bytes];
        Args.Clear();
        int used = 0;
        for (int i = 0; i < args.Count; i++)
        {
            ReadOnlySpan<byte> kept = Condition.Kept(i, args[i]);
            kept.CopyTo(Data.AsSpan(used));
            Args.Add(used, kept.Length);
            used += kept.Length;
        }
    }
}
