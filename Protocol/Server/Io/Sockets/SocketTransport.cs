// Concurrency rule of this file: the connection's turn begins operations; the framework ends them on any thread, which writes _receiveBusy and _sendBusy
// last and then signals. The turn touches an operation's arguments only while it is not busy.

using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Io.Sockets;

/// <summary>A socket served by the framework: a receive that cannot end at once goes on by itself, and so does the rest of a send that filled the socket.</summary>
internal sealed class SocketTransport : ITransport, IThreadPoolWorkItem
{
    private readonly Socket _socket;
    private readonly Connection _connection;
    private readonly SocketAsyncEventArgs _receive = new(true);
    private readonly SocketAsyncEventArgs _send = new(true);
    private volatile bool _receiveBusy;
    private volatile bool _sendBusy;
    private bool _hasReceived;
    private bool _hasSent;

    public SocketTransport(Socket socket, Connection connection)
    {
        _socket = socket;
        _connection = connection;
        _receive.Completed += (_, _) => OnReceived();
        _send.Completed += (_, _) => OnSent();
    }

    public bool ShortReceiveDrains => false;

    public bool IsBusy => _receiveBusy || _sendBusy;

    public int Receive(Memory<byte> space)
    {
        if (_receiveBusy)
            return ITransport.WouldBlock;
        if (!_hasReceived && BeginReceive(space))
            return ITransport.WouldBlock;
        _hasReceived = false;
        return _receive.SocketError == SocketError.Success ? _receive.BytesTransferred : ITransport.Broken;
    }

    public int Send(ReadOnlyMemory<byte> bytes)
    {
        if (_sendBusy)
            return ITransport.WouldBlock;
        if (_hasSent)
        {
            _hasSent = false;
            return _send.SocketError == SocketError.Success ? _send.BytesTransferred : ITransport.Broken;
        }

        int sent = _socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock ? sent : ITransport.Broken;
    }

    public void WatchWritable(ReadOnlyMemory<byte> rest)
    {
        _send.SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(rest));
        _sendBusy = true;
        if (!_socket.SendAsync(_send))
            OnSent();
    }

    // A receive of no bytes ends when there is something to receive, or nothing more to come.
    public void WatchPeer()
    {
        if (!_receiveBusy && !_hasReceived && !BeginReceive(Memory<byte>.Empty))
            _hasReceived = false;
    }

    public bool IsPeerGone()
    {
        Span<byte> peeked = stackalloc byte[1];
        int count = _socket.Receive(peeked, SocketFlags.Peek, out SocketError error);
        return error == SocketError.Success ? count == 0 : error != SocketError.WouldBlock;
    }

    public void Yield() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => _connection.Signal(ConnectionSignals.Yielded);

    public void Close() => _socket.Dispose();

    public void Dispose()
    {
        _socket.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }

    // True: it goes on by itself.
    private bool BeginReceive(Memory<byte> space)
    {
        _receive.SetBuffer(space);
        _receiveBusy = true;
        if (_socket.ReceiveAsync(_receive))
            return true;
        _receiveBusy = false;
        return false;
    }

    // The end of a receive of no bytes is no more than a signal.
    private void OnReceived()
    {
        _hasReceived = _receive.MemoryBuffer.Length > 0;
        _receiveBusy = false;
        _connection.Signal(ConnectionSignals.Readable);
    }

    private void OnSent()
    {
        _hasSent = true;
        _sendBusy = false;
        _connection.Signal(ConnectionSignals.Writable);
    }
}
