// Owner: one user at a time.

namespace DragonflyFlow.Storage.Formats;

/// <summary>Makes the long strings of written records smaller by LZF (rdbcompression), outside the shard that they come from.</summary>
public sealed class RdbCompressor : IDisposable
{
    // What stands before the bytes: that they are compressed, and two lengths.
    private const int BesideBytes = 1 + (2 * RdbWriter.LengthBytesMax);

    private readonly LzfCompressor _lzf = new();

    /// <summary>The records with the marked strings compressed, for the caller to dispose; null if that makes none of them smaller, so that they stay what they are.</summary>
    public SnapshotBuffer? Compress(ReadOnlySpan<byte> records, StringMarks strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        SnapshotBuffer? output = null;
        int copied = 0;
        foreach (StringMarks.Mark text in strings.All)
        {
            if (!_lzf.TryCompress(records.Slice(text.BytesStart, text.Length), out ReadOnlySpan<byte> compressed))
                continue;
            output ??= new SnapshotBuffer(bytesFirst: records.Length);
            Append(output, records[copied..text.Start]);
            output.Advance(PutCompressed(output.GetSpan(BesideBytes + compressed.Length), compressed, text.Length));
            copied = text.End;
        }

        if (output is not null)
            Append(output, records[copied..]);
        return output;
    }

    /// <summary>Gives borrowed buffers back.</summary>
    public void Dispose() => _lzf.Dispose();

    private static int PutCompressed(Span<byte> into, ReadOnlySpan<byte> compressed, int length)
    {
        into[0] = RdbLength.Encoding | (byte)RdbStringEncoding.Lzf;
        int at = 1 + RdbWriter.PutLength(into[1..], compressed.Length);
        at += RdbWriter.PutLength(into[at..], length);
        compressed.CopyTo(into[at..]);
        return at + compressed.Length;
    }

    private static void Append(SnapshotBuffer output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
