using System.Buffers.Binary;
using System.IO.Hashing;
using K4os.Compression.LZ4;
using MessagePack;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>Records as a file holds them: compressed together, with a checksum of what stands in the file. Good as long as the frame that it was read from.</summary>
/// <param name="Compression">How they are compressed.</param>
/// <param name="Records">How many.</param>
/// <param name="RawBytes">Their bytes before compression.</param>
/// <param name="Data">What stands in the file.</param>
public readonly record struct DfBlock(DfCompression Compression, int Records, int RawBytes, ReadOnlyMemory<byte> Data)
{
    // LZ4 gives at most so many bytes for one.
    private const int RatioMax = 255;

    private const int BinaryHeadBytes = 5;

    /// <summary>Writes records as a frame; what compression does not make smaller is written as it is.</summary>
    public static void Write(SnapshotBuffer into, ReadOnlySpan<byte> records, int count, DfCompression compression)
    {
        int start = DfFrameWriter.Begin(into, DfFrameKind.Block);
        int headAt = into.Length;
        // One byte, for the compression, is settled when its outcome is known.
        MessagePackWriter writer = new(into);
        writer.Write((byte)compression);
        writer.Write(count);
        writer.Write(records.Length);
        writer.Flush();
        int dataAt = BeginBinary(into);
        int written = compression == DfCompression.Lz4 ? Compress(into, records) : 0;
        if (written == 0)
        {
            compression = DfCompression.None;
            into.Written(headAt, 1)[0] = (byte)compression;
            written = records.Length;
            records.CopyTo(into.GetSpan(written));
        }

        into.Advance(written);
        EndBinary(into, dataAt);
        ulong checksum = ChecksumOf(into.Written(dataAt, written), compression, count, records.Length);
        MessagePackWriter end = new(into);
        end.WriteUInt64(checksum);
        end.Flush();
        DfFrameWriter.End(into, start);
    }

    /// <summary>Reads a block from the body of its frame; false with the reason if it is damaged.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, out DfBlock block, out string reason)
    {
        DfFields fields = new(body);
        block = default;
        reason = "the fields of a block are damaged";
        if (!fields.TryNumber(out long compression) || !fields.TryNumber(out long records) || !fields.TryNumber(out long rawBytes)
            || !fields.TryBytes(out ReadOnlyMemory<byte> data) || !fields.TryChecksum(out ulong checksum) || !fields.IsAtEnd)
            return false;
        if (compression is < 0 or > (long)DfCompression.Lz4 || records is < 1 or > int.MaxValue || rawBytes < records || rawBytes > Array.MaxLength)
            return false;
        block = new DfBlock((DfCompression)compression, (int)records, (int)rawBytes, data);
        ulong computed = ChecksumOf(data.Span, block.Compression, block.Records, block.RawBytes);
        reason = $"the checksum of a block is {checksum:x16}, but that of its bytes is {computed:x16}: the file is damaged";
        return checksum == computed;
    }

    /// <summary>Gives the records: the bytes in the frame, or what they are when decompressed into an empty buffer. False if they cannot be decompressed.</summary>
    public bool TryOpen(SnapshotBuffer buffer, out ReadOnlyMemory<byte> records)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        records = Data;
        if (Compression == DfCompression.None)
            return Data.Length == RawBytes;
        if (RawBytes / RatioMax > Data.Length)
            return false;
        buffer.Clear();
        if (LZ4Codec.Decode(Data.Span, buffer.GetSpan(RawBytes)[..RawBytes]) != RawBytes)
            return false;
        buffer.Advance(RawBytes);
        records = buffer.WrittenMemory;
        return true;
    }

    /// <summary>Leaves room for the head of bytes in MessagePack's widest form; returns where the bytes begin.</summary>
    internal static int BeginBinary(SnapshotBuffer into)
    {
        into.GetSpan(BinaryHeadBytes)[0] = MessagePackCode.Bin32;
        into.Advance(BinaryHeadBytes);
        return into.Length;
    }

    /// <summary>The bytes that began there end here.</summary>
    internal static void EndBinary(SnapshotBuffer into, int dataAt)
        => BinaryPrimitives.WriteInt32BigEndian(into.Written(dataAt - sizeof(int), sizeof(int)), into.Length - dataAt);

    // Bytes behind the end of the buffer that were compressed; 0 if that made them no smaller.
    private static int Compress(SnapshotBuffer into, ReadOnlySpan<byte> records)
    {
        Span<byte> room = into.GetSpan(records.Length);
        int written = LZ4Codec.Encode(records, room[..records.Length]);
        return Math.Max(0, written);
    }

    private static ulong ChecksumOf(ReadOnlySpan<byte> data, DfCompression compression, int records, int rawBytes)
        => XxHash3.HashToUInt64(data, ((long)compression << 62) ^ ((long)records << 31) ^ rawBytes);
}
