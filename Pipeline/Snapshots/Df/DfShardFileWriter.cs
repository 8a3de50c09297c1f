// Owner: the sink before the blocks run and after they have ended; in between the block of this file, one part at a time.

using System.IO.Hashing;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>The file of one shard while it is written: header, blocks, end with counts and checksum.</summary>
internal sealed class DfShardFileWriter(IDiskWriter file, string name) : IDisposable
{
    private readonly XxHash3 _hash = new();
    private long _bytes;
    private long _frames;
    private long _records;

    /// <summary>Its name when it is whole.</summary>
    public string Name => name;

    /// <summary>Writes the header.</summary>
    public async Task BeginAsync(DfHeader header)
    {
        using SnapshotBuffer buffer = new();
        DfFrameWriter.Header(buffer, header);
        await WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>Writes a block of records.</summary>
    public async Task WriteAsync(SnapshotPart part)
    {
        await WriteAsync(part.FileBytes);
        _records += part.Count;
        part.Release();
    }

    /// <summary>Writes the end and has all of it on the disk: what the manifest says of it.</summary>
    public async Task<DfShardFile> EndAsync()
    {
        ulong checksum = _hash.GetCurrentHashAsUInt64();
        using SnapshotBuffer buffer = new();
        DfFrameWriter.End(buffer, _frames, _records, checksum);
        await file.WriteAsync(buffer.WrittenMemory);
        await file.FlushAsync();
        file.Dispose();
        return new DfShardFile(name, _bytes + buffer.Length, _records, checksum);
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        _hash.Append(frame.Span);
        _bytes += frame.Length;
        _frames++;
        return file.WriteAsync(frame);
    }
}
