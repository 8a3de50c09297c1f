// Owner: one user at a time.

using System.Buffers.Binary;
using System.Buffers.Text;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Makes RDB of a draft, outside the shard that it comes from: copied records are encoded, and strings that LZF makes smaller are written so.</summary>
public sealed class RdbFinisher : IDisposable
{
    // Of a record beside key and value: its expiry, its type, and their two lengths, compressed and not.
    private const int BesideBytes = 1 + sizeof(long) + 1 + (3 * RdbWriter.LengthBytesMax) + 1;

    private readonly LzfCompressor _compressor = new();

    /// <summary>The records of a draft as a file has them; with <paramref name="compress"/>, strings are compressed (rdbcompression), those of finished records where they are marked.</summary>
    public SnapshotBuffer Finish(ReadOnlySpan<byte> draft, StringMarks? strings, bool compress)
    {
        SnapshotBuffer output = new(bytesFirst: draft.Length + BesideBytes);
        int marks = 0;
        for (int at = 0; at < draft.Length;)
        {
            ReadOnlySpan<byte> rest = draft[at..];
            switch (rest[0])
            {
                case RdbDraft.DatabaseMark:
                    SelectDatabase(output, BinaryPrimitives.ReadInt32LittleEndian(rest[1..]));
                    at += RdbDraft.MarkBytes;
                    break;
                case RdbDraft.FinishedMark:
                    int start = at + RdbDraft.MarkBytes;
                    at = start + BinaryPrimitives.ReadInt32LittleEndian(rest[1..]);
                    marks = CopyFinished(output, draft, start, at, strings, marks);
                    break;
                default:
                    at += Encode(output, rest, compress);
                    break;
            }
        }

        return output;
    }

    /// <summary>Gives borrowed buffers back.</summary>
    public void Dispose() => _compressor.Dispose();

    private static void SelectDatabase(SnapshotBuffer output, int number)
    {
        Span<byte> room = output.GetSpan(1 + RdbWriter.LengthBytesMax);
        room[0] = (byte)RdbOpcode.SelectDatabase;
        output.Advance(1 + RdbWriter.PutLength(room[1..], number));
    }

    private int Encode(SnapshotBuffer output, ReadOnlySpan<byte> records, bool compress)
    {
        RecordCopy record = new(records);
        Span<byte> room = output.GetSpan(BesideBytes + record.Key.Length + record.Value.Length + IntegerText.BytesMax);
        int at = RdbFileWriter.PutExpiry(room, record.ExpireAtMs);
        room[at++] = (byte)RdbType.String;
        at += PutString(room[at..], record.Key, compress);
        at += record.Encoding == ValueEncoding.Integer
            ? PutInteger(room[at..], BinaryPrimitives.ReadInt64LittleEndian(record.Value))
            : PutString(room[at..], record.Value, compress);
        output.Advance(at);
        return record.Length;
    }

    private static int PutInteger(Span<byte> into, long number)
    {
        Span<byte> text = stackalloc byte[IntegerText.BytesMax];
        Utf8Formatter.TryFormat(number, text, out int written);
        return RdbWriter.PutString(into, text[..written]);
    }

    private int PutString(Span<byte> into, ReadOnlySpan<byte> value, bool compress)
        => compress && value.Length >= StringMarks.BytesMin && _compressor.TryCompress(value, out ReadOnlySpan<byte> compressed)
            ? PutCompressed(into, compressed, value.Length)
            : RdbWriter.PutString(into, value);

    private static int PutCompressed(Span<byte> into, ReadOnlySpan<byte> compressed, int length)
    {
        into[0] = RdbLength.Encoding | (byte)RdbStringEncoding.Lzf;
        int at = 1 + RdbWriter.PutLength(into[1..], compressed.Length);
        at += RdbWriter.PutLength(into[at..], length);
        compressed.CopyTo(into[at..]);
        return at + compressed.Length;
    }

    // Returns the first mark behind the record.
    private int CopyFinished(SnapshotBuffer output, ReadOnlySpan<byte> draft, int start, int end, StringMarks? strings, int mark)
    {
        for (; strings is not null && mark < strings.All.Count && strings.All[mark].Start < end; mark++)
        {
            StringMarks.Mark text = strings.All[mark];
            if (!_compressor.TryCompress(draft.Slice(text.BytesStart, text.Length), out ReadOnlySpan<byte> compressed))
                continue;
            Append(output, draft[start..text.Start]);
            output.Advance(PutCompressed(output.GetSpan(BesideBytes + compressed.Length), compressed, text.Length));
            start = text.End;
        }

        Append(output, draft[start..end]);
        return mark;
    }

    private static void Append(SnapshotBuffer output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
