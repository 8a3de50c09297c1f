using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

/// <summary>What comes back over a connection that is for load: whole replies are counted, not read. Owned by the connection.</summary>
public sealed class ReplyInput : IDisposable
{
    private readonly InputBuffer _input = new();
    private RespFrameScanner _scanner;

    /// <summary>Whether bytes have come that nobody has asked for yet.</summary>
    public bool HasMore => _input.End > _input.Start;

    private ReadOnlySpan<byte> Unread => _input.Data.AsSpan(_input.Start, _input.End - _input.Start);

    /// <summary>Where what comes next is to be written.</summary>
    public Memory<byte> Space() => _input.GetReceiveSpace();

    /// <summary>So many bytes have been written there.</summary>
    /// <exception cref="EndOfStreamException">None: the server has closed the connection.</exception>
    public void Received(int bytes)
    {
        if (bytes == 0)
            throw new EndOfStreamException("The server closed the connection.");
        _input.End += bytes;
    }

    /// <summary>Counts up to so many replies or pushed messages, and the errors among them; how many of them are still to come.</summary>
    public int Count(int replies, ref int errors)
    {
        for (; replies > 0 && _scanner.TryScan(Unread, out int length); replies--)
        {
            errors += Unread[0] is (byte)'-' or (byte)'!' ? 1 : 0;
            _input.Start += length;
        }

        return replies;
    }

    /// <summary>Passes over up to so many bytes; how many of them are still to come.</summary>
    public long Skip(long bytes)
    {
        int here = (int)Math.Min(bytes, _input.End - _input.Start);
        _input.Start += here;
        return bytes - here;
    }

    /// <summary>Gives one reply as it came, until something more is received; false if it is not whole.</summary>
    public bool TryTake(out ReadOnlySpan<byte> reply)
    {
        if (!_scanner.TryScan(Unread, out int length))
        {
            reply = default;
            return false;
        }

        reply = Unread[..length];
        _input.Start += length;
        return true;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose() => _input.Release();
}
