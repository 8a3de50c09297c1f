using System.Buffers.Binary;
using MessagePack;

namespace DragonflyFlow.Protocol.Wire.Frames;

/// <summary>
/// A change as it travels: four bytes of length (big endian), then a MessagePack array [lsn, transaction, shards, left, database, slot, word...], the words
/// as binary: what a client would send for the same effect.
/// </summary>
public static class ChangeFrame
{
    /// <summary>Bytes before the array.</summary>
    public const int LengthBytes = sizeof(int);

    /// <summary>The longest array that is read or written, in bytes: some values of 512 MB.</summary>
    public const int PayloadBytesMax = 1 << 30;

    private const int HeaderItems = 6;

    /// <summary>Appends a frame. The words lie in <paramref name="data"/>.</summary>
    /// <exception cref="FrameException">The words are longer than a frame may be; nothing was appended.</exception>
    public static void Write(FrameBuffer into, in ChangeHeader header, byte[] data, ReadOnlySpan<ArgRange> words)
    {
        ArgumentNullException.ThrowIfNull(into);
        long bytes = 0;
        foreach (ArgRange word in words)
            bytes += word.Length;
        if (bytes > PayloadBytesMax - 128 - (5L * words.Length))
            throw new FrameException($"A change of {words.Length} words with {bytes} bytes is longer than a frame may be.");
        int start = into.Length;
        into.GetSpan(LengthBytes)[..LengthBytes].Clear();
        into.Advance(LengthBytes);
        MessagePackWriter writer = new(into);
        writer.WriteArrayHeader(HeaderItems + words.Length);
        writer.Write(header.Lsn);
        writer.Write(header.Transaction);
        writer.Write(header.Shards);
        writer.Write(header.Left);
        writer.Write(header.Database);
        writer.Write(header.Slot);
        foreach (ArgRange word in words)
            writer.Write(new ReadOnlySpan<byte>(data, word.Offset, word.Length));
        writer.Flush();
        BinaryPrimitives.WriteInt32BigEndian(into.Rewrite(start, LengthBytes), into.Length - start - LengthBytes);
    }

    /// <summary>
    /// Reads the frame at <paramref name="start"/> of what has arrived up to <paramref name="end"/>. Appends to <paramref name="words"/> where its words lie
    /// in <paramref name="data"/>, and gives in <paramref name="next"/> where the next one starts. False if it is not whole yet: nothing has changed then.
    /// </summary>
    /// <exception cref="FrameException">It is no frame, or longer than <paramref name="payloadBytesMax"/>.</exception>
    public static bool TryRead(byte[] data, int start, int end, ArgList words, out ChangeHeader header, out int next, int payloadBytesMax = PayloadBytesMax)
    {
        ArgumentNullException.ThrowIfNull(words);
        header = default;
        next = start;
        if (end - start < LengthBytes)
            return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(start));
        if (length <= 0 || length > payloadBytesMax)
            throw new FrameException($"A frame of {length} bytes; it has 1 to {payloadBytesMax}.");
        if (end - start - LengthBytes < length)
            return false;
        int count = words.Count;
        try
        {
            header = ReadPayload(new ReadOnlyMemory<byte>(data, start + LengthBytes, length), start + LengthBytes, words);
        }
        catch (Exception damage) when (damage is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            words.Count = count;
            throw new FrameException("A frame does not hold a change: " + damage.Message, damage);
        }
        catch (FrameException)
        {
            words.Count = count;
            throw;
        }

        next = start + LengthBytes + length;
        return true;
    }

    private static ChangeHeader ReadPayload(ReadOnlyMemory<byte> payload, int offset, ArgList words)
    {
        MessagePackReader reader = new(payload);
        int items = reader.ReadArrayHeader();
        if (items < HeaderItems)
            throw new FrameException($"A change has {HeaderItems} items before its words; a frame has {items}.");
        ChangeHeader header = new()
        {
            Lsn = reader.ReadInt64(),
            Transaction = reader.ReadUInt64(),
            Shards = reader.ReadInt32(),
            Left = reader.ReadInt32(),
            Database = reader.ReadInt32(),
            Slot = reader.ReadInt32(),
        };
        if (header.Lsn < 0 || header.Shards < 0 || header.Left < 0 || header.Database < 0 || header.Slot is < -1 or >= KeySlot.Count)
            throw new FrameException($"A change with impossible numbers: {header}.");
        for (int i = HeaderItems; i < items; i++)
        {
            if (reader.ReadBytes() is not { } word)
                throw new FrameException("A change with a word that is nil.");
            words.Add(offset + checked((int)(reader.Consumed - word.Length)), checked((int)word.Length));
        }

        if (!reader.End)
            throw new FrameException($"A frame goes on for {payload.Length - reader.Consumed} bytes behind its change.");
        return header;
    }
}
