// Owner: the thread that runs the load. What a send or a receive under way points to belongs to the kernel until its end.

using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Server.Io.Uring;

namespace DragonflyFlow.Perf.Load;

/// <summary>One connection of <see cref="RingRunner"/>: its batch on the way, and the replies that have come of it.</summary>
internal sealed class RingClient : IDisposable
{
    private readonly Socket _socket;
    private readonly ReplyInput _input = new();
    private readonly PinnedBytes _sending = new();
    private readonly PinnedBytes _receiving = new();
    private byte[] _request = [];
    private int _length;
    private int _sent;
    private int _missing;
    private int _errors;

    /// <summary>Connects.</summary>
    public RingClient(EndPoint endPoint) => _socket = RespTransport.Connect(endPoint);

    /// <summary>When the batch was sent, by its user's clock.</summary>
    public long SentTimestamp { get; set; }

    /// <summary>Error replies to the batch under way.</summary>
    public int Errors => _errors;

    /// <summary>Takes a batch; its bytes are copied.</summary>
    public void Begin(ReadOnlySpan<byte> batch, int replies)
    {
        if (_request.Length < batch.Length)
            _request = new byte[batch.Length];
        batch.CopyTo(_request);
        (_length, _sent, _missing, _errors) = (batch.Length, 0, replies, 0);
    }

    /// <summary>A send of what is left of the batch.</summary>
    public Submission Send(ulong id) => Submission.Send((int)_socket.Handle, _sending.AddressOf(_request.AsMemory(_sent, _length - _sent)), _length - _sent, id);

    /// <summary>A receive of what comes next.</summary>
    public Submission Receive(ulong id)
    {
        Memory<byte> space = _input.Space();
        return Submission.Receive((int)_socket.Handle, _receiving.AddressOf(space), space.Length, id);
    }

    /// <summary>So many bytes have been sent; whether that was all.</summary>
    public bool Sent(int bytes)
    {
        _sent += Checked(bytes);
        return _sent == _length;
    }

    /// <summary>So many bytes have come; whether all replies have.</summary>
    public bool Received(int bytes)
    {
        _input.Received(Checked(bytes));
        _missing = _input.Count(_missing, ref _errors);
        return _missing == 0;
    }

    /// <summary>Closes it; nothing is under way.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
        _receiving.Dispose();
        _input.Dispose();
    }

    private static int Checked(int result) => result >= 0 ? result : throw new IOException($"The connection failed: error {-result}.");
}
