// Concurrency rule of this file: one thread at a time, the one that has the connection's turn. While a batch is in flight its commands point into Data,
// so GetReceiveSpace, TrimIdle and Release (which compact, grow or give back) are not called before the batch has come back.

namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Bytes received from one client and not consumed yet: Data[Start..End). Owned by the connection's turn; while a batch is in flight its commands point
/// into <see cref="Data"/>, so nobody compacts, grows or writes before the batch is done.
/// </summary>
/// <remarks>
/// The capacity follows the bytes that have really arrived, never a length that a client declared: at most <see cref="ReceiveBytesMax"/>, or a small multiple
/// (below 6) of the incomplete request that is inside.
/// </remarks>
public sealed class InputBuffer
{
    /// <summary>Bytes of a new buffer, and of an idle one.</summary>
    public const int InitialBytes = 4096;

    /// <summary>What a buffer grows to, in bytes, when receives fill it although every request in it is small.</summary>
    public const int ReceiveBytesMax = 65536;

    /// <summary>Redis's client-query-buffer-limit: 1 GiB.</summary>
    public const long DefaultLimitBytes = 1L << 30;

    private const int QuietTurnsMax = 16;
    private const int SlowGrowthBytes = 16 << 20;

    private int _peak;
    private int _quietTurns;

    /// <summary>The bytes.</summary>
    public byte[] Data { get; private set; } = BytePool.Rent(InitialBytes);

    /// <summary>First byte that is not consumed.</summary>
    public int Start { get; set; }

    /// <summary>One past the last byte received. The receiver adds what it received here.</summary>
    public int End { get; set; }

    /// <summary>Bytes that may wait here unconsumed (client-query-buffer-limit).</summary>
    public long LimitBytes { get; set; } = DefaultLimitBytes;

    /// <summary>Whether more waits than <see cref="LimitBytes"/>: asked after each parse; as in Redis the connection is then closed without a reply.</summary>
    public bool IsOverLimit => End - Start > LimitBytes;

    /// <summary>Room for the next receive; may compact (moving Start to 0) or grow. Never empty.</summary>
    public Memory<byte> GetReceiveSpace()
    {
        int free = EnsureReceiveSpace();
        return Data.AsMemory(End, free);
    }

    /// <summary>As <see cref="GetReceiveSpace"/>, for engines that receive at Data[End]: returns the bytes that are free there, at least one.</summary>
    public int EnsureReceiveSpace()
    {
        bool filled = End == Data.Length;
        _peak = Math.Max(_peak, End);
        if (Start == End)
            Empty();
        else if (Start > 0)
            Compact();

        // Less than 3/4 full: the next receive is worth its system call, and a byte of a long request is copied about once.
        if (End >= Data.Length - (Data.Length >> 2))
            Replace(GrownLength(End));
        else if (filled && Data.Length < ReceiveBytesMax)
            Replace(Data.Length * 4);
        return Data.Length - End;
    }

    /// <summary>Gives back what an idle connection does not need; what waits inside is kept.</summary>
    public void TrimIdle()
    {
        int pending = End - Start;
        if (pending <= InitialBytes / 2 && Data.Length > InitialBytes)
            Replace(InitialBytes);
        _peak = _quietTurns = 0;
    }

    /// <summary>Gives the array back, with all that is inside. The buffer can be used again: it takes a new array when it has to.</summary>
    public void Release()
    {
        BytePool.Return(Data);
        Data = [];
        Start = End = _peak = _quietTurns = 0;
    }

    private void Empty()
    {
        Start = End = 0;
        // Shrinks only after a row of turns that would have fitted into a quarter, so that a steady stream of big requests does not pay for growing each time.
        _quietTurns = _peak <= Data.Length >> 2 ? _quietTurns + 1 : 0;
        _peak = 0;
        if (_quietTurns < QuietTurnsMax || Data.Length <= InitialBytes)
            return;

        _quietTurns = 0;
        Replace(Math.Max(InitialBytes, Data.Length >> 2));
    }

    // Each byte is moved here at most once: afterwards Start stays 0 until the request it belongs to is complete.
    private void Compact()
    {
        Buffer.BlockCopy(Data, Start, Data, 0, End - Start);
        End -= Start;
        Start = 0;
    }

    private int GrownLength(int used)
    {
        long length = Math.Max(Data.Length, InitialBytes / 4);
        length *= length < SlowGrowthBytes ? 4 : 2;
        length = Math.Min(length, Array.MaxLength);
        return length > used ? (int)length : throw new InvalidOperationException("An input buffer cannot hold more: its limit was not enforced.");
    }

    private void Replace(int length)
    {
        byte[] next = BytePool.Rent(length);
        int pending = End - Start;
        Buffer.BlockCopy(Data, Start, next, 0, pending);
        BytePool.Return(Data);
        Data = next;
        Start = 0;
        End = pending;
    }
}
