using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// The records of a bucket that are strings, as most are, unless they are big (<see cref="BigValue"/>): written in one go, since a walk through a shard would spend most of its time on
/// the way to a dozen small writes for each. They come out as <see cref="RdbFileWriter.TryRecord(Keyspace.Database, int, Slot)"/> writes them.
/// </summary>
public static class RdbStrings
{
    // Expiry, type, key, value.
    private const int BesideBytes = 1 + sizeof(long) + 1 + (2 * RdbWriter.LengthBytesMax);
    private const int ShortBytesMax = 1 + sizeof(long) + 1 + (2 * ShortText.BytesMax);

    /// <summary>
    /// Writes expiry, type, key and value of those that do not expire before <paramref name="aliveAtMs"/> (Unix milliseconds), marks the long ones, and leaves all of them out of what is
    /// left; how many they were. What finds no room without that the buffer grows stays.
    /// </summary>
    /// <exception cref="SnapshotBufferFullException">There may be no room for all short ones in the buffer; nothing has been written.</exception>
    public static int Write(DashTable table, ref BucketSlots left, long aliveAtMs, SnapshotBuffer buffer, StringMarks? marks)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(buffer);
        int written = WriteShort(table, ref left, aliveAtMs, buffer);
        return left.Count == 0 ? written : written + WriteLong(table, ref left, aliveAtMs, buffer, marks);
    }

    private static int WriteShort(DashTable table, ref BucketSlots left, long aliveAtMs, SnapshotBuffer buffer)
    {
        Span<byte> room = buffer.GetSpan(left.Count * ShortBytesMax);
        int at = 0;
        int written = 0;
        foreach (Slot slot in left)
        {
            long expireAtMs = table.ExpireAtMs(slot);
            if (!ShortText.Is(table, slot) || (expireAtMs != 0 && expireAtMs < aliveAtMs))
                continue;
            at += RdbFileWriter.PutExpiry(room[at..], expireAtMs);
            room[at++] = (byte)RdbType.String;
            at += ShortText.Put(room[at..], table.Key(slot));
            at += ShortText.PutValue(room[at..], table, slot);
            left.LeaveOut(slot);
            written++;
        }

        buffer.Advance(at);
        return written;
    }

    private static int WriteLong(DashTable table, ref BucketSlots left, long aliveAtMs, SnapshotBuffer buffer, StringMarks? marks)
    {
        int written = 0;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        table.PrefetchRest(left);
        foreach (Slot slot in left)
        {
            long expireAtMs = table.ExpireAtMs(slot);
            if (table.Kind(slot) != ValueKind.String || (expireAtMs != 0 && expireAtMs < aliveAtMs))
                continue;
            ReadOnlySpan<byte> key = table.Key(slot);
            ReadOnlySpan<byte> value = StringValue.Bytes(table, slot, scratch);
            if (Math.Max(key.Length, value.Length) >= BigValue.BytesMin || !buffer.HasRoom(BesideBytes + key.Length + value.Length))
                continue;
            Span<byte> room = buffer.GetSpan(BesideBytes + key.Length + value.Length);
            int at = RdbFileWriter.PutExpiry(room, expireAtMs);
            room[at++] = (byte)RdbType.String;
            at += Put(room[at..], key, buffer.Length + at, marks);
            at += table.Encoding(slot) == ValueEncoding.Integer ? ShortText.PutValue(room[at..], table, slot) : Put(room[at..], value, buffer.Length + at, marks);
            buffer.Advance(at);
            left.LeaveOut(slot);
            written++;
        }

        return written;
    }

    private static int Put(Span<byte> into, ReadOnlySpan<byte> text, int start, StringMarks? marks)
    {
        int bytes = RdbWriter.PutString(into, text);
        marks?.Add(start, bytes, text.Length);
        return bytes;
    }
}
