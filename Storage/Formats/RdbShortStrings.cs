using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// The records of a bucket whose keys and values are short strings, as most are: written in one go, since a walk through a shard would spend most of its time on
/// the way to a dozen small writes for each. They come out as <see cref="RdbFileWriter.TryRecord(Keyspace.Database, int, Slot)"/> writes them.
/// </summary>
public static class RdbShortStrings
{
    // Expiry, type, key, value.
    private const int RecordBytesMax = 1 + sizeof(long) + 1 + (2 * ShortText.BytesMax);

    /// <summary>
    /// Writes expiry, type, key and value of those that do not expire before <paramref name="aliveAtMs"/> (Unix milliseconds), and leaves them out of what is left; how many they were.
    /// </summary>
    /// <exception cref="SnapshotBufferFullException">There may be no room for all in the buffer; nothing has been written.</exception>
    public static int Write(DashTable table, ref BucketSlots left, long aliveAtMs, SnapshotBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(buffer);
        Span<byte> room = buffer.GetSpan(left.Count * RecordBytesMax);
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
}
