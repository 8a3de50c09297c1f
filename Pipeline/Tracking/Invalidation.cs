using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>One invalidation on its way to many: encoded once for each way in which it can be told, and shared by all who get it.</summary>
internal sealed class Invalidation
{
    private static readonly Invalidation NullOfResp2 = new("$-1\r\n"u8.ToArray());
    private static readonly Invalidation NullOfResp3 = new("_\r\n"u8.ToArray());

    private readonly byte[] _what;
    private byte[]? _asPush;
    private byte[]? _asMessage;

    private Invalidation(byte[] what) => _what = what;

    /// <summary>As RESP3 tells it.</summary>
    public byte[] AsPush => _asPush ??= [.. ">2\r\n$10\r\ninvalidate\r\n"u8, .. _what];

    /// <summary>As a message of the channel that RESP2 clients listen to.</summary>
    public byte[] AsMessage => _asMessage ??= [.. "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"u8, .. _what];

    /// <summary>All keys: null, in the protocol of the client that tracks.</summary>
    public static Invalidation OfAll(bool resp3) => resp3 ? NullOfResp3 : NullOfResp2;

    /// <summary>One key.</summary>
    public static Invalidation OfKey(byte[] key) => OfKeys([key]);

    /// <summary>Several keys, in the order given.</summary>
    public static Invalidation OfKeys(IReadOnlyList<byte[]> keys)
    {
        ReplyBuffer buffer = new();
        buffer.Array(keys.Count);
        foreach (byte[] key in keys)
            buffer.Bulk(key);
        Invalidation whole = new(buffer.Written.ToArray());
        buffer.Clear();
        return whole;
    }

    /// <summary>The client that messages are redirected to has gone; told to the one who tracks.</summary>
    public static byte[] BrokenRedirect(long id)
    {
        ReplyBuffer buffer = new() { Resp3 = true };
        buffer.Push(2);
        buffer.Bulk("tracking-redir-broken");
        buffer.Integer(id);
        byte[] bytes = buffer.Written.ToArray();
        buffer.Clear();
        return bytes;
    }
}
