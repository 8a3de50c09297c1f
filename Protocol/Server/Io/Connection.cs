// Concurrency rule of this file: _signals is the only word that other threads write. A thread that turns it from None to something posts the turn, so the
// turn is in the block at most once; the turn takes all signals at its start. Everything else belongs to the turn, on whichever thread it runs.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>
/// One client's socket and session. A turn receives once, lets the session run a batch, and sends its replies with one call, until there is no more to do:
/// two system calls a batch. There is never more than one write in flight; while a send is not finished nothing is received (DESIGN rule 15).
/// </summary>
internal sealed class Connection : ExclusiveBlock<ConnectionTurn>, ISessionOwner
{
    // Others wait meanwhile: a batch is at most 1024 commands.
    private const int BatchesPerTurnMax = 8;

    private readonly ConnectionTurn _turn = new();
    private readonly InputBuffer _input = new();
    private readonly ConnectionSet _owner;
    private ISession _session = null!;
    private ITransport _transport = null!;

    // Signals gather until Begin posts the first turn.
    private int _signals = (int)ConnectionSignals.Readable;
    private string? _killReason;

    private Phase _phase = Phase.Receiving;
    private Memory<byte> _lent;
    private int _sent;
    private bool _mayReceive;
    private bool _resumed;
    private bool _hasOutput;
    private bool _flushes;
    private bool _sendBlocked;
    private bool _finishing;
    private bool _gone;
    private bool _sessionClosed;
    private bool _ended;
    private long _lastActiveMs;
    private long _overSoftLimitSinceMs = long.MaxValue;

    public Connection(long id, ConnectionSet owner)
    {
        Id = id;
        _owner = owner;
        _lastActiveMs = owner.NowMs;
    }

    private enum Phase
    {
        /// <summary>The session needs bytes.</summary>
        Receiving,

        /// <summary>The session has something to do.</summary>
        Advancing,

        /// <summary>A batch is with other threads: neither input nor output may be touched.</summary>
        Away,

        /// <summary>To be closed when the output is sent.</summary>
        Closing,
    }

    /// <summary>Number of the connection, unique in its set.</summary>
    public long Id { get; }

    /// <summary>Bytes received; a moment's reading.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes sent; a moment's reading.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Gives the connection what it is made of. Before <see cref="Begin"/>, no turn runs.</summary>
    public void Compose(ISession session) => _session = session;

    /// <summary>The engine's part: from here on signals lead to turns; the first one runs now.</summary>
    public void Begin(ITransport transport)
    {
        _transport = transport;
        _input.LimitBytes = _owner.Limits.QueryBytesMax;
        TurnQueue.Run(this);
    }

    /// <summary>Tells the connection what may have happened. Any thread; runs the turn on it if no other thread runs one.</summary>
    public void Signal(ConnectionSignals signals)
    {
        if (Interlocked.Or(ref _signals, (int)signals) == 0 && !_transport.TakeTurnOver())
            TurnQueue.Run(this);
    }

    /// <summary>Runs a turn that was handed over (<see cref="ITransport.TakeTurnOver"/>).</summary>
    public void RunTurn() => TurnQueue.Run(this);

    /// <inheritdoc />
    public void Resume() => Signal(ConnectionSignals.Resumed);

    /// <inheritdoc />
    public void ResumeForPushes()
    {
        // Before Begin there is no transport, and the signal is kept.
        if (_transport is not { } transport || !transport.PutOffTurn())
            Signal(ConnectionSignals.Resumed);
    }

    /// <inheritdoc />
    public void Kill(string reason)
    {
        Interlocked.CompareExchange(ref _killReason, reason, null);
        Signal(ConnectionSignals.Kill);
    }

    /// <summary>Whether a look at the time limits may find something; a moment's reading, any thread.</summary>
    public bool NeedsInspection(long nowMs) => _sendBlocked || nowMs - _lastActiveMs > _owner.Limits.FirstIdleMs;

    internal void TakeTurn()
    {
        // Refused only after the end, when there is nothing left to do.
        _ = Post(_turn);
    }

    /// <inheritdoc />
    protected override bool Run(ConnectionTurn message)
    {
        ConnectionSignals signals = (ConnectionSignals)Interlocked.Exchange(ref _signals, 0);
        if (_ended)
            return true;
        try
        {
            Take(signals);
            if (_gone)
                Settle();
            else
                Proceed();
        }
        catch (Exception bug)
        {
            // The block faults with it; what must not happen is a socket that nobody serves.
            _owner.OnBug(this, bug);
            _transport.Close();
            _owner.Remove(this);
            _session.Closed();
            throw;
        }

        return true;
    }

    /// <inheritdoc />
    protected override void Refuse(ConnectionTurn message, Exception reason)
    {
        // The connection was closed when the block faulted.
    }

    private void Take(ConnectionSignals signals)
    {
        _mayReceive |= (signals & (ConnectionSignals.Readable | ConnectionSignals.Hangup)) != 0;
        _resumed |= (signals & ConnectionSignals.Resumed) != 0;
        _flushes = (signals & ConnectionSignals.Flush) != 0;
        if ((signals & ConnectionSignals.Writable) != 0)
            _sendBlocked = false;
        if ((signals & ~(ConnectionSignals.Readable | ConnectionSignals.Writable | ConnectionSignals.Resumed | ConnectionSignals.Flush)) != 0)
            TakeRare(signals);
        if (!_gone && _phase == Phase.Away && _mayReceive && _session.IsBlocked)
            LookForPeer();
    }

    private void TakeRare(ConnectionSignals signals)
    {
        if ((signals & ConnectionSignals.Finish) != 0)
        {
            _finishing = true;
            if (_phase == Phase.Away)
                _session.Release();
        }

        if ((signals & ConnectionSignals.Kill) != 0)
            Break(_killReason ?? "killed");
        else if ((signals & ConnectionSignals.Inspect) != 0)
            Inspect();
    }

    private void Proceed()
    {
        for (int batches = 0; !_gone; batches++)
        {
            if (_phase == Phase.Away)
            {
                if (!_resumed)
                    return;
            }
            else
            {
                if (_hasOutput && (IsSendPutOff() || !TrySend()))
                {
                    ReceiveAhead();
                    return;
                }

                if (_phase == Phase.Closing || _finishing)
                {
                    Break(_finishing ? "the server stops" : "closed by the session");
                    return;
                }

                if (batches == BatchesPerTurnMax)
                {
                    _transport.Yield();
                    return;
                }

                if (_phase == Phase.Receiving && !_resumed && !TryReceive())
                    return;
            }

            Advance();
        }
    }

    private bool TryReceive()
    {
        if (!_mayReceive)
            return false;
        if (_lent.IsEmpty)
            _lent = _input.GetReceiveSpace();
        int space = _lent.Length;
        int received = _transport.Receive(_lent);
        if (received == ITransport.WouldBlock)
        {
            _mayReceive = false;
            if (!_transport.IsBusy)
                _lent = default;
            return false;
        }

        _lent = default;
        if (received <= 0)
        {
            Break(received == 0 ? "closed by the peer" : "receive failed");
            return false;
        }

        _input.End += received;
        BytesReceived += received;
        _lastActiveMs = _owner.NowMs;
        _mayReceive = received == space || !_transport.ShortReceiveDrains;
        return true;
    }

    // What comes is looked at when the send is over: at most the space at hand is filled meanwhile.
    private void ReceiveAhead()
    {
        if (!_transport.ReceivesAhead || _gone || _phase != Phase.Receiving || _resumed || _finishing || !_mayReceive || !_lent.IsEmpty)
            return;
        _mayReceive = false;
        _lent = _input.GetReceiveSpace();
        _transport.ReceiveAhead(_lent);
    }

    private void Advance()
    {
        _resumed = false;
        SessionProgress progress = _session.Advance(_input);
        _hasOutput = progress != SessionProgress.Waiting;
        _phase = progress switch
        {
            SessionProgress.NeedInput => Phase.Receiving,
            SessionProgress.Again => Phase.Advancing,
            SessionProgress.Waiting => Phase.Away,
            _ => Phase.Closing,
        };
        if (_phase == Phase.Receiving && _input.IsOverLimit)
            Break("its query buffer exceeds client-query-buffer-limit");
        else if (_phase == Phase.Away && _session.IsBlocked)
            LookForPeer();
    }

    private bool IsSendPutOff() => !_flushes && !_sendBlocked && _transport.PutOffSend();

    private bool TrySend()
    {
        if (_sendBlocked)
            return false;
        ReadOnlyMemory<byte> output = _session.Output;
        if (!output.IsEmpty)
        {
            int sent = _transport.Send(output[_sent..]);
            if (sent == ITransport.Broken)
            {
                Break("send failed");
                return false;
            }

            _sent += Math.Max(sent, 0);
            BytesSent += Math.Max(sent, 0);
            if (_sent < output.Length)
            {
                WaitForPeer(output[_sent..]);
                return false;
            }
        }

        _sent = 0;
        _hasOutput = false;
        _overSoftLimitSinceMs = long.MaxValue;
        _session.OutputSent();
        return true;
    }

    private void WaitForPeer(ReadOnlyMemory<byte> rest)
    {
        _sendBlocked = true;
        CheckOutputLimit(rest.Length);
        if (!_gone)
            _transport.WatchWritable(rest);
    }

    private void CheckOutputLimit(int waiting)
    {
        (long hardBytes, long softBytes, long softSeconds) = _owner.Limits.Output.Normal;
        bool overSoft = softBytes > 0 && waiting > softBytes;
        _overSoftLimitSinceMs = overSoft ? Math.Min(_overSoftLimitSinceMs, _owner.NowMs) : long.MaxValue;
        bool tooLong = overSoft && _owner.NowMs - _overSoftLimitSinceMs > softSeconds * 1000;
        if (tooLong || (hardBytes > 0 && waiting > hardBytes))
            Break("its output exceeds client-output-buffer-limit");
    }

    // A blocked command may wait for ever, so a peer that has gone is noticed without receiving: what was popped for it would be lost.
    private void LookForPeer()
    {
        _transport.WatchPeer();
        if (_transport.IsPeerGone())
            Break("closed by the peer");
    }

    private void Inspect()
    {
        if (_phase != Phase.Away && _sendBlocked && _hasOutput)
            CheckOutputLimit(_session.Output.Length - _sent);
        if (_gone || _phase != Phase.Receiving || _sendBlocked)
            return;
        long idleMs = _owner.NowMs - _lastActiveMs;
        if (idleMs > _owner.Limits.IdleMsMax)
            Break("idle for longer than timeout");
        else if (_lent.IsEmpty)
            _input.TrimIdle();
    }

    private void Break(string reason)
    {
        if (_gone)
            return;
        _gone = true;
        _owner.OnClosing(this, reason);
        _transport.Close();
        Settle();
    }

    // The end, once nobody uses the connection's buffers: no operation of the transport, no batch of the session.
    private void Settle()
    {
        if (_transport.IsBusy)
            return;
        if (!_sessionClosed)
        {
            _sessionClosed = true;
            _session.Closed();
        }

        if (_phase == Phase.Away)
        {
            if (!_resumed)
                return;
            _resumed = false;
            if (_session.Advance(_input) == SessionProgress.Waiting)
                return;
        }

        _ended = true;
        _lent = default;
        _input.Release();
        _transport.Dispose();
        _owner.Remove(this);
        Complete();
    }
}
