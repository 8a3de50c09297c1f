using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

/// <summary>A blocking connection for load: sends prebuilt requests and counts whole replies, without reading them. One thread at a time.</summary>
public sealed class PipelineConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly InputBuffer _input = new();
    private RespFrameScanner _scanner;

    /// <summary>Connects.</summary>
    public PipelineConnection(EndPoint endPoint)
    {
        _socket = RespTransport.NewSocket(endPoint);
        try
        {
            _socket.Connect(endPoint);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>When its user last sent something, by the user's clock.</summary>
    public long SentTimestamp { get; set; }

    /// <summary>Whether bytes have been received that nobody has asked for yet.</summary>
    public bool HasMore => _input.End > _input.Start;

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
        while (true)
        {
            while (replies > 0 && _scanner.TryScan(_input.Data.AsSpan(_input.Start, _input.End - _input.Start), out int length))
            {
                errors += _input.Data[_input.Start] is (byte)'-' or (byte)'!' ? 1 : 0;
                _input.Start += length;
                replies--;
            }

            if (replies == 0)
                return errors;

            ReceiveMore();
        }
    }

    /// <summary>Waits for so many bytes and does not look at them: for replies whose form is known, of which there are too many to count one by one.</summary>
    public void Skip(long bytes)
    {
        while (true)
        {
            int here = (int)Math.Min(bytes, _input.End - _input.Start);
            _input.Start += here;
            bytes -= here;
            if (bytes == 0)
                return;
            ReceiveMore();
        }
    }

    /// <summary>Waits for one reply and gives it as it came, until something more is received.</summary>
    public ReadOnlySpan<byte> ReceiveReply()
    {
        int length;
        while (!_scanner.TryScan(_input.Data.AsSpan(_input.Start, _input.End - _input.Start), out length))
            ReceiveMore();
        _input.Start += length;
        return _input.Data.AsSpan(_input.Start - length, length);
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _input.Release();
    }

    private void ReceiveMore()
    {
        int count = _socket.Receive(_input.GetReceiveSpace().Span);
        if (count == 0)
            throw new EndOfStreamException("The server closed the connection.");
        _input.End += count;
    }
}
