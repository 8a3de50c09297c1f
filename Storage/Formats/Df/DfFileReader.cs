// Owner: whoever reads the file; one at a time.

using System.Buffers.Binary;
using System.IO.Hashing;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>
/// Reads a file of our own format frame by frame from bytes that somebody else fetches, as <see cref="RdbFileReader"/> does: shown what is at hand, it gives a
/// frame, or says that more is needed. The first frame is the header; the last is the end, compared byte for byte with what it must be, so that no bit of the
/// file can differ unseen. What was delivered is good only when the end has come.
/// </summary>
public sealed class DfFileReader
{
    private readonly XxHash3 _hash = new();
    private long _frames;
    private long _records;
    private bool _hasEnded;

    /// <summary>Bytes of the file that were used.</summary>
    public long Offset { get; private set; }

    /// <summary>What the file is; good from the first frame on.</summary>
    public DfHeader Header { get; private set; }

    /// <summary>The block of the last frame, if it was one.</summary>
    public DfBlock Block { get; private set; }

    /// <summary>Records of all blocks so far.</summary>
    public long Records => _records;

    /// <summary>The checksum of the bytes that were used; at the end, of those before the end.</summary>
    public ulong Checksum { get; private set; }

    /// <summary>After <see cref="SnapshotReadStatus.NeedMore"/>: bytes of input without which it is of no use to ask again.</summary>
    public int BytesNeeded { get; private set; }

    /// <summary>After <see cref="SnapshotReadStatus.Bad"/>: why.</summary>
    public FormatProblem? Problem { get; private set; }

    /// <summary>Reads the next frame.</summary>
    /// <param name="input">The bytes from <see cref="Offset"/> on, as far as they are at hand.</param>
    /// <param name="isLast">Whether the file ends with them.</param>
    /// <param name="used">Bytes that the frame took; they are not to be given again.</param>
    /// <param name="frame">The frame.</param>
    public SnapshotReadStatus Read(ReadOnlyMemory<byte> input, bool isLast, out int used, out DfFrame frame)
    {
        used = 0;
        frame = default;
        if (Problem is not null)
            return SnapshotReadStatus.Bad;
        if (_hasEnded)
            return Refuse("the file goes on behind its end");
        if (_frames == 0 && !BeginsAsFile(input.Span))
            return Refuse("this is no file of our format");
        if (input.Length < DfFrame.HeadBytes)
            return NeedMore(DfFrame.HeadBytes, input.Length, isLast);
        ReadOnlySpan<byte> head = input.Span;
        if (head[0] != DfFrame.Mark || head[DfFrame.HeadBytes - 1] is < (byte)DfFrameKind.Header or > (byte)DfFrameKind.End)
            return Refuse("a frame is damaged: it does not begin as one");
        long length = DfFrame.HeadBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        if (length > Array.MaxLength)
            return Refuse($"a frame would be {length} bytes long");
        if (input.Length < length)
            return NeedMore((int)length, input.Length, isLast);
        used = (int)length;
        frame = new DfFrame((DfFrameKind)head[DfFrame.HeadBytes - 1], input[DfFrame.HeadBytes..used], Offset);
        if (!TryLookAt(frame, input.Span[..used], out string reason))
            return Refuse(reason);
        Offset += used;
        return SnapshotReadStatus.Item;
    }

    private static bool BeginsAsFile(ReadOnlySpan<byte> input)
        => (input.Length < 1 || input[0] == DfFrame.Mark) && (input.Length < DfFrame.HeadBytes || input[DfFrame.HeadBytes - 1] == (byte)DfFrameKind.Header);

    private bool TryLookAt(DfFrame frame, ReadOnlySpan<byte> bytes, out string reason)
    {
        reason = "";
        bool isGood = (_frames == 0, frame.Kind) switch
        {
            (true, DfFrameKind.Header) => TryHeader(frame, out reason),
            (_, DfFrameKind.Header) => Says("a second header", out reason),
            (_, DfFrameKind.Block) => TryBlock(frame, out reason),
            (_, DfFrameKind.End) => TryEnd(bytes, out reason),
            _ => true,
        };
        if (!isGood)
            return false;
        if (frame.Kind != DfFrameKind.End)
        {
            _hash.Append(bytes);
            _frames++;
        }

        return true;
    }

    private bool TryHeader(DfFrame frame, out string reason)
    {
        bool isRead = DfHeader.TryRead(frame.Body, out DfHeader header, out reason);
        Header = header;
        return isRead;
    }

    private bool TryBlock(DfFrame frame, out string reason)
    {
        bool isRead = DfBlock.TryRead(frame.Body, out DfBlock block, out reason);
        Block = block;
        _records += block.Records;
        return isRead;
    }

    private bool TryEnd(ReadOnlySpan<byte> bytes, out string reason)
    {
        Checksum = _hash.GetCurrentHashAsUInt64();
        using SnapshotBuffer expected = new();
        DfFrameWriter.End(expected, _frames, _records, Checksum);
        _hasEnded = bytes.SequenceEqual(expected.WrittenSpan);
        reason = "counts and checksum at the end are not those of what stands before it: the file is damaged";
        return _hasEnded;
    }

    private static bool Says(string what, out string reason)
    {
        reason = what;
        return false;
    }

    private SnapshotReadStatus NeedMore(int bytes, int given, bool isLast)
    {
        if (isLast)
            return Refuse(given == 0 ? "the file stops without its end" : "the file stops in the middle of a frame");
        BytesNeeded = bytes;
        return SnapshotReadStatus.NeedMore;
    }

    private SnapshotReadStatus Refuse(string reason)
    {
        Problem = new FormatProblem(Offset, reason);
        return SnapshotReadStatus.Bad;
    }
}
