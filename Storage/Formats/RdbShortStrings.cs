using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// The records of a bucket whose keys and values are short strings, as most are: written in one go, since a walk through a shard would spend most of its time on
/// the way to a dozen small writes for each. They come out as <see cref="RdbFileWriter.TryRecord(Keyspace.Database, int, Slot)"/> writes them.
/// </summary>
internal static class RdbShortStrings
{
    // Shorter ones are never marked to be compressed, and their lengths take a byte.
    private const int LengthEnd = StringMarks.BytesMin;

    // Expiry, type, key, value.
    private const int RecordBytesMax = 1 + sizeof(long) + 1 + (2 * LengthEnd);

    /// <summary>
    /// Writes expiry, type, key and value of those that do not expire before <paramref name="aliveAtMs"/> (Unix milliseconds), and leaves them out of what is left; how many they were.
    /// </summary>
    /// <exception cref="SnapshotBufferFullException">There may be no room for all in the buffer; nothing has been written.</exception>
    public static int Write(DashTable table, ref BucketSlots left, long aliveAtMs, SnapshotBuffer buffer)
    {
        Span<byte> room = buffer.GetSpan(left.Count * RecordBytesMax);
        int at = 0;
        int written = 0;
        foreach (Slot slot in left)
        {
            ReadOnlySpan<byte> key = table.Key(slot);
            ReadOnlySpan<byte> value = table.Value(slot);
            long expireAtMs = table.ExpireAtMs(slot);
            if (table.Kind(slot) != ValueKind.String || key.Length >= LengthEnd || value.Length >= LengthEnd || (expireAtMs != 0 && expireAtMs < aliveAtMs))
                continue;
            at += RdbFileWriter.PutExpiry(room[at..], expireAtMs);
            room[at++] = (byte)RdbType.String;
            at += PutText(room[at..], key);
            at += table.Encoding(slot) == ValueEncoding.Integer
                ? RdbWriter.PutNumber(room[at..], BinaryPrimitives.ReadInt64LittleEndian(value))
                : PutText(room[at..], value);
            left.LeaveOut(slot);
            written++;
        }

        buffer.Advance(at);
        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutText(Span<byte> into, ReadOnlySpan<byte> text)
    {
        if (text.Length <= RdbWriter.IntegerTextMax)
            return RdbWriter.PutString(into, text);
        into[0] = (byte)text.Length;
        Copy(text, into.Slice(1, text.Length));
        return 1 + text.Length;
    }

    // Two vectors that may overlap: a call that chooses among all lengths takes as long again as what it copies.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<byte> text, Span<byte> into)
    {
        ref byte from = ref MemoryMarshal.GetReference(text);
        ref byte to = ref MemoryMarshal.GetReference(into);
        nuint length = (nuint)text.Length;
        if (length >= (nuint)Vector256<byte>.Count)
        {
            Vector256<byte> last = Vector256.LoadUnsafe(ref from, length - (nuint)Vector256<byte>.Count);
            Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, length - (nuint)Vector256<byte>.Count);
        }
        else if (length >= (nuint)Vector128<byte>.Count)
        {
            Vector128<byte> last = Vector128.LoadUnsafe(ref from, length - (nuint)Vector128<byte>.Count);
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, length - (nuint)Vector128<byte>.Count);
        }
        else
        {
            text.CopyTo(into);
        }
    }
}
