using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>
/// A socket watched by an epoll loop, edge-triggered, and read and written by raw calls. The descriptor is closed by the connection's turn alone, and used
/// by it alone, so no call can hit a descriptor that was given to somebody else.
/// </summary>
internal sealed class EpollTransport(Socket socket, Connection connection, EpollLoop loop) : ITransport
{
    private const int Flags = Libc.MessageDontWait | Libc.MessageNoSignal;

    private readonly int _descriptor = (int)socket.Handle;
    private volatile bool _peerGone;

    public bool ShortReceiveDrains => !_peerGone;

    public bool IsBusy => false;

    public int Descriptor => _descriptor;

    public Connection Connection => connection;

    public int Receive(Memory<byte> space)
    {
        Span<byte> bytes = space.Span;
        while (true)
        {
            nint received = Libc.Receive(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Flags);
            if (received >= 0)
                return (int)received;
            if (!IsInterrupted(out int result))
                return result;
        }
    }

    public int Send(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        while (true)
        {
            nint sent = Libc.Send(_descriptor, ref MemoryMarshal.GetReference(span), span.Length, Flags);
            if (sent >= 0)
                return (int)sent;
            if (!IsInterrupted(out int result))
                return result;
        }
    }

    // Stays armed afterwards: it costs nothing until a send fills the socket again, and arming anew reports what is the case already.
    public void WatchWritable(ReadOnlyMemory<byte> rest) => loop.Watch(this, EpollEvents.Out);

    public void WatchPeer()
    {
        // The loop reports a hangup in any case.
    }

    public bool IsPeerGone() => _peerGone;

    public void Yield() => loop.RunLater(connection);

    public bool PutOffSend() => loop.PutOffSend(connection);

    // On the loop whose thread calls, which need not be the connection's own.
    public bool PutOffTurn() => GatheredTurns.TryAdd(connection);

    public void Close()
    {
        loop.Forget(connection.Id);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    /// <summary>What the loop saw. A hangup is kept: it is reported once, and a short receive does not mean any more that nothing else comes.</summary>
    public void OnEvents(EpollEvents events)
    {
        ConnectionSignals signals = ConnectionSignals.None;
        if ((events & EpollEvents.In) != 0)
            signals |= ConnectionSignals.Readable;
        if ((events & EpollEvents.Out) != 0)
            signals |= ConnectionSignals.Writable;
        if ((events & (EpollEvents.ReadHangup | EpollEvents.Hangup | EpollEvents.Error)) != 0)
        {
            _peerGone = true;
            signals |= ConnectionSignals.Hangup | ConnectionSignals.Readable;
        }

        if ((events & (EpollEvents.Hangup | EpollEvents.Error)) != 0)
            signals |= ConnectionSignals.Writable;
        connection.Signal(signals);
    }

    private static bool IsInterrupted(out int result)
    {
        int error = Marshal.GetLastPInvokeError();
        result = error == Libc.TryAgain ? ITransport.WouldBlock : ITransport.Broken;
        return error == Libc.Interrupted;
    }
}
