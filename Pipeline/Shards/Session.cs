// Owner: the connection's turn; one thread at a time, which may be another one each time. While a batch is in flight (Waiting) neither the session nor the
// input buffer is touched: the shards read arguments from it.

using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>How far a session came with the bytes it has.</summary>
public enum SessionProgress
{
    /// <summary>All whole commands are answered; send the output; more bytes are needed.</summary>
    NeedInput,

    /// <summary>A batch is answered and more commands are in the buffer: send the output, then advance again, without receiving.</summary>
    Again,

    /// <summary>A batch is with other threads: do not touch input or output; <see cref="IResumable.Resume"/> will be called.</summary>
    Waiting,

    /// <summary>Send the output, then close the connection.</summary>
    Close,
}

/// <summary>The connection a session belongs to. Resumed, it takes its next turn: Advance, or a send of pushes.</summary>
public interface ISessionOwner : IResumable
{
    /// <summary>Closes the connection as soon as its turn comes. Any thread.</summary>
    void Kill(string reason);

    /// <summary>
    /// Messages that nobody waits for are there to be sent: as Resume, but the owner may wait until the thread has done what is at hand, so that messages
    /// which come meanwhile go out with one send. Any thread.
    /// </summary>
    void ResumeForPushes() => Resume();
}

/// <summary>
/// One client of the store, seen from the pipeline: parses, routes, runs and answers. A batch ends at the bytes' end, at 1024 commands, or before a command
/// that must run alone: one over several shards, or one that acts on the server rather than on keys.
/// </summary>
public sealed partial class Session : ISession
{
    private readonly StoreEngine _engine;
    private readonly Router _router;
    private readonly Batch _batch;
    private readonly RequestParser _parser = new();
    private bool _inFlight;
    private volatile bool _closed;
    private bool _drained;
    private BatchCommand _alone;
    private bool _hasAlone;
    private DeferredReply? _deferred;
    private BlockedCommand? _blocked;
    private BlockedCommand? _served;
    private ReplyBuffer? _output;

    internal Session(StoreEngine engine, ISessionOwner owner, SessionPeer peer)
    {
        _engine = engine;
        Owner = owner;
        _pushWake = new PushWake(owner);
        Client = engine.Clients.Add(this, peer);
        Subscriptions = new Subscriptions(engine.PubSub, this);
        _router = new Router(engine);
        _batch = new Batch(this, engine);
        _parser.BulkBytesMax = engine.Config.Get(StoreOptions.ProtoMaxBulkLength);
    }

    /// <summary>The client's state.</summary>
    public ClientContext Client { get; }

    /// <summary>The connection.</summary>
    public ISessionOwner Owner { get; }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Output => _output?.WrittenMemory ?? ReadOnlyMemory<byte>.Empty;

    /// <inheritdoc />
    public bool IsBlocked => Blocked is not null;

    /// <inheritdoc />
    public SessionProgress Advance(InputBuffer input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_inFlight)
            return IsBack() ? Finish() : SessionProgress.Waiting;
        if (Client.CloseAfterReply || _closed)
            return SessionProgress.Close;
        if (_engine.Pause.IsActive && IsHeldByPause())
            return SessionProgress.Waiting;
        if (_parser.Unauthenticated == Client.Authenticated)
            _parser.Unauthenticated = !Client.Authenticated;
        _batch.Begin(input.Data);
        if (!_hasAlone)
        {
            _batch.Args.Clear();
            Parse(input);
        }

        if (_deferred is not null)
            return Wait();
        if (_batch.Count > 0)
            return _batch.Dispatch() ? Finish() : Wait();
        if (!_hasAlone)
            return FinishWithoutCommand();
        if (IsHeldBack(_alone))
            return _released ? RefuseHeld() : SessionProgress.Again;
        _hasAlone = false;
        return RunAlone() ? Finish() : Wait();
    }

    /// <inheritdoc />
    public void OutputSent()
    {
        _output = null;
        _batch.Reset();
        if (_usedQueues.Count > 0 && !_hasAlone)
            ReturnQueues();
    }

    /// <inheritdoc />
    public void Closed()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        Blocked?.End(static _ => { });
        if (!_inFlight)
            End();
    }

    /// <inheritdoc />
    public void Release()
    {
        _released = true;
        Interlocked.MemoryBarrier();
        if (Blocked is { } blocked)
            blocked.End(static reply => reply.Error(Errors.ShuttingDown));
        else if (Volatile.Read(ref _deferred) is { IsReused: false } deferred)
            deferred.TryComplete(static reply => reply.Error(Errors.ShuttingDown));
        else if (_engine.Pause.IsActive)
            Owner.Resume();
    }

    /// <summary>
    /// For a command that finishes later: the session waits until the result is completed. Only commands that run alone may do so: those without a shard, and
    /// those with the Blocking flag, from inside their transaction.
    /// </summary>
    public DeferredReply Defer()
    {
        DeferredReply deferred = new(Owner);
        _deferred = deferred;
        return deferred;
    }

    /// <summary>The command that waits for a key; null if none does. Set inside its transaction, cleared by whoever ends the waiting.</summary>
    internal BlockedCommand? Blocked => Volatile.Read(ref _blocked);

    /// <summary>As <see cref="Defer"/>, for a command that may wait for ever.</summary>
    internal void Block(BlockedCommand command)
    {
        _deferred = command.Reply;
        Interlocked.Exchange(ref _blocked, command);
    }

    /// <summary>A waiting that is over and that nobody else uses any more; null if there is none. Inside the next one's transaction.</summary>
    internal BlockedCommand? TakeServed()
    {
        BlockedCommand? served = _served;
        _served = null;
        return served;
    }

    /// <summary>Keeps a waiting for the next command that waits. By whoever has claimed its reply and has not given it yet.</summary>
    internal void KeepServed(BlockedCommand served) => _served = served;

    /// <summary>Whether nothing may wait here any more. A block and a leave that meet see each other: each writes its word before it reads the other's.</summary>
    internal bool IsLeaving => _closed || _released;

    internal void Unblocked() => Volatile.Write(ref _blocked, null);

    private void Parse(InputBuffer input)
    {
        _drained = false;
        bool isPlain = IsPlain();
        while (_batch.Count < Batch.CommandsMax)
        {
            int firstArg = _batch.Args.Count;
            switch (_flow is null ? _parser.TryRead(input, _batch.Args) : ReadFrame(input))
            {
                case ParseResult.NeedMore:
                    _drained = true;
                    return;
                case ParseResult.Empty:
                    continue;
                case ParseResult.ProtocolError:
                    AnswerProtocolError();
                    return;
            }

            if (isPlain && TryTakePlain(firstArg))
                continue;
            if (!Take(firstArg))
            {
                _drained = input.Start == input.End;
                return;
            }

            isPlain = IsPlain();
        }
    }

    // False: the command must run alone and ends the batch.
    private bool Take(int firstArg)
    {
        ref BatchCommand command = ref _batch.Next();
        command.FirstArg = firstArg;
        command.ArgCount = _batch.Args.Count - firstArg;
        command.Database = (byte)Client.Database;
        command.Resp3 = Client.Resp3;
        command.IsSilent = Client.ReplyMode != ReplyMode.On && Client.TakeSilence();
        ArgView args = new(_batch.Data, _batch.Args.Items.AsSpan(firstArg, command.ArgCount));
        Route route = _router.Route(args, Client, ref command, out int shard);
        if (route != Route.Refused && Subscriptions.Any && !Client.Resp3 && !command.Descriptor.Has(CommandFlags.WhileSubscribed))
            route = _router.RefuseWhileSubscribed(command.Descriptor);
        if (route != Route.Refused && _engine.Scripts.Control.IsBusy && !command.Descriptor.Has(CommandFlags.WhileBusy))
            route = _router.RefuseBusy(command.Descriptor);
        if (route != Route.Refused && _engine.IsLoading && !command.Descriptor.Has(CommandFlags.Loading))
            route = _router.RefuseLoading(command.Descriptor);
        if (Client.Tracking is { IsCachingGiven: true } tracking)
            command.CachingGiven = tracking.TakeCaching(command.Descriptor, Queue is not null);
        if (Queue is not null && TakeIntoQueue(args, route, ref command))
            return true;
        if (command.Descriptor.Has(CommandFlags.EndsMulti) && command.Descriptor.Name == "exec" && route != Route.Refused)
        {
            if (Queue is { } open && !_router.AdmitsQueue(open, Client, ref command))
                return DiscardElsewhere();
            route = PlaceExec(ref command, out shard);
        }

        switch (route)
        {
            case not Route.Refused when IsHeldBack(command):
                _alone = command;
                _hasAlone = true;
                return false;
            case Route.Shard:
                _batch.AddToShard(shard);
                return true;
            case Route.Refused:
                int start = _batch.Local.Length;
                _batch.Local.Resp3 = command.Resp3;
                _batch.Local.Error(RefusalOf(args));
                _batch.AddLocal(start);
                return true;
            case Route.Inline:
                RunLocal(ref command);
                return !Client.CloseAfterReply;
            case Route.Alone when command.ShardMask == 0 && !_batch.HasLanes:
                // Nothing before it is under way: it need not wait for a turn of its own.
                RunLocal(ref command);
                return _deferred is null && !Client.CloseAfterReply && _flow is null;
            default:
                _alone = command;
                _hasAlone = true;
                return false;
        }
    }

    // The command is the batch's next.
    private void RunLocal(ref BatchCommand command)
    {
        int start = _batch.Local.Length;
        _batch.Local.Resp3 = command.Resp3;
        long started = _engine.Time.GetTimestamp();
        CommandRunner.Invoke(_batch, null, _batch.Local, ref command);
        long ticks = _engine.Time.GetTimestamp() - started;
        // CLIENT REPLY ON is answered though the mode was off when it came.
        command.IsSilent &= Client.ReplyMode != ReplyMode.On;
        _batch.AddLocal(start);
        _engine.CountLocal(command.Descriptor, _batch.Local.Written[start..], ticks);
        if (!command.Descriptor.Has(CommandFlags.SkipSlowlog))
            _engine.Slowlog.Consider(_batch, command, ticks);
    }

    // True: it has run. False: it runs elsewhere or answers later, and the session will be resumed.
    private bool RunAlone()
    {
        if (_alone.ShardMask == 0)
        {
            ref BatchCommand command = ref _batch.Next();
            command = _alone;
            RunLocal(ref command);
            return !IsDeferred;
        }

        if (_alone.Descriptor.Has(CommandFlags.Blocking) && BitOperations.IsPow2(_alone.ShardMask))
        {
            // On one shard a command that may wait is no transaction, only the last of its batch.
            _batch.Next() = _alone;
            _batch.AddToShard(BitOperations.TrailingZeroCount(_alone.ShardMask));
            return _batch.Dispatch() && !IsDeferred;
        }

        _batch.Hold();
        _engine.Concurrency.Submit(new MultiShardCommand(_batch, _alone));
        return _batch.DropHold() && !IsDeferred;
    }

    // Both: a command that has to wait for a key defers its reply from inside its transaction, which concludes on its own.
    private bool IsBack() => _batch.IsDone && !IsDeferred;

    private bool IsDeferred => _deferred is { IsComplete: false };

    private SessionProgress Wait()
    {
        _inFlight = true;
        return SessionProgress.Waiting;
    }

    private SessionProgress Finish()
    {
        if (_batch.HasSentBack && IsRunAgain())
            return SessionProgress.Waiting;
        _inFlight = false;
        Client.LastActiveMs = _engine.Clock.LastMs;
        if (_isFrames)
            LookAtReplies();
        else if (_deferred is { } deferred)
        {
            _deferred = null;
            _output = _batch.Gather();
            if (!_batch.IsLastSilent)
                deferred.WriteTo(_output);
        }
        else
        {
            _output = _batch.Gather();
        }

        if (_closed)
        {
            End();
            return SessionProgress.Close;
        }

        if (_output is not null)
            AppendPushes(_output);
        if (_hasAlone)
            return SessionProgress.Again;
        if (Client.CloseAfterReply)
            return SessionProgress.Close;
        return _drained ? SessionProgress.NeedInput : SessionProgress.Again;
    }

    // No whole command in the input: what woke the session may be messages for it.
    private SessionProgress FinishWithoutCommand()
    {
        if (AppendPushes(_batch.Local))
            _output = _batch.Local;
        return Client.CloseAfterReply ? SessionProgress.Close : SessionProgress.NeedInput;
    }

    private void End()
    {
        _flow?.Left();
        Subscriptions.Clear();
        _engine.Monitors.Remove(this);
        if (_hasParked)
            _engine.Pause.Leave(Owner);
        _engine.Tracking.Disable(Client);
        DropTransaction();
        // An EXEC that never ran still has its watches.
        foreach (TransactionQueue queue in _usedQueues)
            queue.Abandon();
        _engine.Clients.Remove(Client);
    }

    private void AnswerProtocolError()
    {
        int start = _batch.Local.Length;
        _batch.Local.Error("ERR " + _parser.Error);
        _batch.AddLocal(new BatchCommand { Descriptor = CommandTable.Unknown }, start);
        Client.CloseAfterReply = true;
    }
}
