// Concurrency rule of this file: everything runs on the loop's thread, the connection's turns too; a turn that another thread asks for is handed over.

using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>
/// A socket whose receives and sends are operations of a ring: they are handed over together with those of other connections, and their ends bring the turns. What
/// would not gain by that, a big reply and the rest of a big request, is moved by calls of its own, at once.
/// </summary>
internal sealed class UringTransport(Socket socket, Connection connection, UringLoop loop, int slot) : ITransport
{
    private const int GatheredBytesMax = 16384;
    private const int AtOnce = Libc.MessageDontWait | Libc.MessageNoSignal;

    private readonly int _descriptor = (int)socket.Handle;
    private readonly PinnedBytes _receiving = new();
    private readonly PinnedBytes _sending = new();
    private int? _received;
    private int? _sent;
    private bool _receives;
    private bool _sends;
    private bool _watchesPeer;
    private bool _peerGone;
    private bool _hasMore;
    private bool _closed;
    private uint _countedPeriod;

    public int Slot => slot;

    public bool ShortReceiveDrains => false;

    public bool IsBusy => _receives || _sends;

    public bool ReceivesAhead => true;

    public int Receive(Memory<byte> space)
    {
        if (_receives)
            return ITransport.WouldBlock;
        int result = TakeEnd(ref _received) ?? (_hasMore ? ReceiveNow(space.Span) : ITransport.WouldBlock);
        _hasMore = result == space.Length;
        if (result == ITransport.WouldBlock)
            ReceiveAhead(space);
        return result;
    }

    public void ReceiveAhead(Memory<byte> space)
    {
        _receives = true;
        loop.Prepare(Submission.Receive(_descriptor, _receiving.AddressOf(space), space.Length, UringLoop.IdOf(slot, UringOperation.Receive)));
    }

    // What is not taken here is sent from WatchWritable.
    public int Send(ReadOnlyMemory<byte> bytes)
    {
        if (_sends)
            return ITransport.WouldBlock;
        return TakeEnd(ref _sent) ?? (bytes.Length > GatheredBytesMax ? SendNow(bytes.Span) : ITransport.WouldBlock);
    }

    public void WatchWritable(ReadOnlyMemory<byte> rest)
    {
        if (_sends)
            return;
        _sends = true;
        loop.Prepare(Submission.Send(_descriptor, _sending.AddressOf(rest), rest.Length, UringLoop.IdOf(slot, UringOperation.Send)));
    }

    public void WatchPeer()
    {
        if (_watchesPeer)
            return;
        _watchesPeer = true;
        loop.Prepare(Submission.Poll(_descriptor, PollEvents.ReadHangup, UringLoop.IdOf(slot, UringOperation.Peer)));
    }

    public bool IsPeerGone() => _peerGone;

    public void Yield() => loop.RunLater(connection);

    // On the loop whose thread calls, which need not be the connection's own.
    public bool PutOffTurn() => GatheredTurns.TryAdd(connection);

    public bool TakeTurnOver()
    {
        if (loop.IsCurrent)
            return false;
        loop.HandOver(connection);
        return true;
    }

    // What is prepared names the descriptor by its number, which may be somebody else's as soon as it is closed; and what is under way keeps the socket open.
    public void Close()
    {
        if (_closed)
            return;
        _closed = true;
        if (IsUnderWay)
        {
            loop.Submit();
            _ = Libc.Shutdown(_descriptor, Libc.BothDirections);
        }

        socket.Dispose();
        ForgetIfDone();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>An operation has ended.</summary>
    public void OnEnd(UringOperation operation, int result)
    {
        ConnectionSignals signals = operation switch
        {
            UringOperation.Receive => OnReceived(result),
            UringOperation.Send => OnSent(result),
            _ => OnPeerGone(),
        };
        ForgetIfDone();
        connection.Signal(signals);
    }

    private bool IsUnderWay => _receives || _sends || _watchesPeer;

    private ConnectionSignals OnReceived(int result)
    {
        _receives = false;
        _received = result;
        loop.CountRequest(ref _countedPeriod);
        return ConnectionSignals.Readable;
    }

    private ConnectionSignals OnSent(int result)
    {
        _sends = false;
        _sent = result;
        return ConnectionSignals.Writable;
    }

    private ConnectionSignals OnPeerGone()
    {
        _watchesPeer = false;
        _peerGone = true;
        return ConnectionSignals.Hangup;
    }

    private void ForgetIfDone()
    {
        if (!_closed || IsUnderWay)
            return;
        loop.Forget(this);
        _receiving.Dispose();
        _sending.Dispose();
    }

    private int ReceiveNow(Span<byte> space) => ResultOf(Libc.Receive(_descriptor, ref MemoryMarshal.GetReference(space), space.Length, AtOnce));

    private int SendNow(ReadOnlySpan<byte> bytes) => ResultOf(Libc.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, AtOnce));

    private static int ResultOf(nint result) => Meaning(result >= 0 ? (int)result : -Marshal.GetLastPInvokeError());

    private static int Meaning(int result) => result switch
    {
        >= 0 => result,
        -Libc.TryAgain or -Libc.Interrupted => ITransport.WouldBlock,
        _ => ITransport.Broken,
    };

    // An end is told once; null if there is none.
    private static int? TakeEnd(ref int? end)
    {
        int? taken = end;
        end = null;
        return taken is { } result ? Meaning(result) : null;
    }
}
