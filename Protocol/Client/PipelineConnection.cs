using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Client;

/// <summary>A blocking connection for load: sends prebuilt requests and counts whole replies, without reading them. One thread at a time.</summary>
public sealed class PipelineConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly ReplyInput _input = new();

    /// <summary>Connects.</summary>
    public PipelineConnection(EndPoint endPoint) => _socket = RespTransport.Connect(endPoint);

    /// <summary>When its user last sent something, by the user's clock.</summary>
    public long SentTimestamp { get; set; }

    /// <summary>Whether bytes have been received that nobody has asked for yet.</summary>
    public bool HasMore => _input.HasMore;

    /// <summary>Sends all of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Waits for so many replies or pushed messages.</summary>
    /// <returns>The errors among them.</returns>
    public int Receive(int replies)
    {
        int errors = 0;
        while ((replies = _input.Count(replies, ref errors)) > 0)
            ReceiveMore();
        return errors;
    }

    /// <summary>Waits for so many bytes and does not look at them: for replies whose form is known, of which there are too many to count one by one.</summary>
    public void Skip(long bytes)
    {
        while ((bytes = _input.Skip(bytes)) > 0)
            ReceiveMore();
    }

    /// <summary>Waits for one reply and gives it as it came, until something more is received.</summary>
    public ReadOnlySpan<byte> ReceiveReply()
    {
        ReadOnlySpan<byte> reply;
        while (!_input.TryTake(out reply))
            ReceiveMore();
        return reply;
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _input.Dispose();
    }

    private void ReceiveMore() => _input.Received(_socket.Receive(_input.Space().Span));
}
