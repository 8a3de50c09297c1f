using System.Buffers.Binary;
using DragonflyFlow.Storage.Table;
using MessagePack;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>
/// The records of a bucket that are short strings without an expiry or a mark, as most are: written in one go (<see cref="RdbStrings"/>), as
/// <see cref="DfRecordWriter.TryRecord"/> writes them.
/// </summary>
public static class DfShortStrings
{
    // Head, key with its head, head of the value, its type, the value.
    private const int KeyHeadBytes = 2;
    private const int ValueHeadBytes = 1 + sizeof(int);
    private const int RecordBytesMax = HeadBytes + KeyHeadBytes + ShortText.LengthEnd + ValueHeadBytes + 1 + ShortText.BytesMax;

    // An array, and in a byte each its database, expiry and marks.
    private const int HeadBytes = 4;

    /// <summary>Writes them under the number that their database had at the cut, and leaves them out of what is left; how many they were.</summary>
    /// <exception cref="SnapshotBufferFullException">There may be no room for all in the buffer; nothing has been written.</exception>
    public static int Write(DashTable table, int number, ref BucketSlots left, SnapshotBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(buffer);
        if (number > MessagePackRange.MaxFixPositiveInt)
            return 0;
        Span<byte> room = buffer.GetSpan(left.Count * RecordBytesMax);
        int at = 0;
        int written = 0;
        foreach (Slot slot in left)
        {
            if (!ShortText.Is(table, slot) || table.ExpireAtMs(slot) != 0 || table.IsSticky(slot))
                continue;
            at += PutHead(room[at..], number, table.Key(slot));
            at += PutValue(room[at..], table, slot);
            left.LeaveOut(slot);
            written++;
        }

        buffer.Advance(at);
        return written;
    }

    private static int PutHead(Span<byte> into, int number, ReadOnlySpan<byte> key)
    {
        into[0] = MessagePackCode.MinFixArray | DfRecordWriter.Fields;
        into[1] = (byte)number;
        into[2] = 0;
        into[3] = (byte)RecordMarks.None;
        into[HeadBytes] = MessagePackCode.Bin8;
        into[HeadBytes + 1] = (byte)key.Length;
        ShortText.Copy(key, into[(HeadBytes + KeyHeadBytes)..]);
        return HeadBytes + KeyHeadBytes + key.Length;
    }

    private static int PutValue(Span<byte> into, DashTable table, Slot slot)
    {
        into[ValueHeadBytes] = (byte)RdbType.String;
        int bytes = 1 + ShortText.PutValue(into[(ValueHeadBytes + 1)..], table, slot);
        into[0] = MessagePackCode.Bin32;
        BinaryPrimitives.WriteInt32BigEndian(into[1..], bytes);
        return ValueHeadBytes + bytes;
    }
}
