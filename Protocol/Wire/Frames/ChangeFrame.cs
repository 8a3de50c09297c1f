using System.Buffers.Binary;

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
    private const int HeadBytesMax = LengthBytes + PackWriter.HeadBytesMax + (HeaderItems * PackWriter.NumberBytesMax);

    /// <summary>Appends a frame. The words lie in <paramref name="data"/>.</summary>
    /// <exception cref="FrameException">The words are longer than a frame may be; nothing was appended.</exception>
    public static void Write(FrameBuffer into, in ChangeHeader header, byte[] data, ReadOnlySpan<ArgRange> words)
    {
        ArgumentNullException.ThrowIfNull(into);
        long bytes = 0;
        foreach (ArgRange word in words)
            bytes += word.Length;
        if (bytes > PayloadBytesMax - HeadBytesMax - ((long)PackWriter.HeadBytesMax * words.Length))
            throw new FrameException($"A change of {words.Length} words with {bytes} bytes is longer than a frame may be.");
        Span<byte> room = into.GetSpan(HeadBytesMax + (PackWriter.HeadBytesMax * words.Length) + (int)bytes);
        PackWriter writer = new(room[LengthBytes..]);
        writer.WriteArray(HeaderItems + words.Length);
        writer.WriteNumber(header.Lsn);
        writer.WriteNumber(header.Transaction);
        writer.WriteNumber(header.Shards);
        writer.WriteNumber(header.Left);
        writer.WriteNumber(header.Database);
        writer.WriteNumber(header.Slot);
        foreach (ArgRange word in words)
            writer.WriteBinary(new ReadOnlySpan<byte>(data, word.Offset, word.Length));
        BinaryPrimitives.WriteInt32BigEndian(room, writer.Length);
        into.Advance(LengthBytes + writer.Length);
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
            header = ReadPayload(data.AsSpan(start + LengthBytes, length), start + LengthBytes, words);
        }
        catch (FrameException damage)
        {
            words.Count = count;
            throw new FrameException("A frame does not hold a change: " + damage.Message, damage);
        }

        next = start + LengthBytes + length;
        return true;
    }

    private static ChangeHeader ReadPayload(ReadOnlySpan<byte> payload, int offset, ArgList words)
    {
        PackReader reader = new(payload);
        int items = reader.ReadArray();
        if (items < HeaderItems)
            throw new FrameException($"It has {items} items, fewer than the {HeaderItems} before its words.");
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
            throw new FrameException($"Its numbers are impossible: {header}.");
        for (int i = HeaderItems; i < items; i++)
        {
            int length = reader.ReadBinary(out int start);
            words.Add(offset + start, length);
        }

        if (!reader.IsAtEnd)
            throw new FrameException($"It goes on for {payload.Length - reader.Consumed} bytes behind its words.");
        return header;
    }
}
