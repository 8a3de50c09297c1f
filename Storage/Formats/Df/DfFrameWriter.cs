// Owner: whoever holds the buffer; one at a time.

using System.Buffers.Binary;
using MessagePack;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>
/// Writes frames behind what is in a buffer. A frame is one MessagePack extension value, so that a file is a row of MessagePack values; its body is the fields,
/// one behind the other.
/// </summary>
public static class DfFrameWriter
{
    /// <summary>Writes what a file begins with.</summary>
    public static void Header(SnapshotBuffer into, DfHeader header)
    {
        int start = Begin(into, DfFrameKind.Header);
        MessagePackWriter writer = new(into);
        writer.Write(DfHeader.Magic);
        writer.Write(DfHeader.Version);
        writer.Write(header.Id);
        writer.Write(header.Shard);
        writer.Write(header.Shards);
        writer.Flush();
        End(into, start);
    }

    /// <summary>Writes a name and a text about the set.</summary>
    public static void About(SnapshotBuffer into, string name, string text)
    {
        int start = Begin(into, DfFrameKind.About);
        MessagePackWriter writer = new(into);
        writer.Write(name);
        writer.Write(text);
        writer.Flush();
        End(into, start);
    }

    /// <summary>Writes the source of a library of functions.</summary>
    public static void Library(SnapshotBuffer into, ReadOnlySpan<byte> code)
    {
        int start = Begin(into, DfFrameKind.Library);
        MessagePackWriter writer = new(into);
        writer.Write(code);
        writer.Flush();
        End(into, start);
    }

    /// <summary>Writes what a file of the set must be.</summary>
    public static void File(SnapshotBuffer into, DfShardFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        int start = Begin(into, DfFrameKind.File);
        MessagePackWriter writer = new(into);
        writer.Write(file.Name);
        writer.Write(file.Bytes);
        writer.Write(file.Records);
        writer.WriteUInt64(file.Checksum);
        writer.Flush();
        End(into, start);
    }

    /// <summary>Writes the end: how many frames and records stand before it, and the checksum of all bytes before it. For one file there is one end, byte for byte.</summary>
    public static void End(SnapshotBuffer into, long frames, long records, ulong checksum)
    {
        int start = Begin(into, DfFrameKind.End);
        MessagePackWriter writer = new(into);
        writer.Write(frames);
        writer.Write(records);
        writer.WriteUInt64(checksum);
        writer.Flush();
        End(into, start);
    }

    /// <summary>Leaves room for the head of a frame; returns where it begins.</summary>
    internal static int Begin(SnapshotBuffer into, DfFrameKind kind)
    {
        ArgumentNullException.ThrowIfNull(into);
        int start = into.Length;
        Span<byte> head = into.GetSpan(DfFrame.HeadBytes);
        head[0] = DfFrame.Mark;
        head[DfFrame.HeadBytes - 1] = (byte)kind;
        into.Advance(DfFrame.HeadBytes);
        return start;
    }

    /// <summary>The frame that began there ends here.</summary>
    internal static void End(SnapshotBuffer into, int start)
        => BinaryPrimitives.WriteInt32BigEndian(into.Written(start + 1, sizeof(int)), into.Length - start - DfFrame.HeadBytes);
}
