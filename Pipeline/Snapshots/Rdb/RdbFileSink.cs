// Owner: BeginAsync, CommitAsync and Abandon belong to the run; in between the file belongs to the block, one part at a time.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>One RDB file from the parts of all shards: header, libraries of functions, records, end with the checksum of all. Visible when it is whole, or never.</summary>
internal sealed class RdbFileSink(string name, SnapshotFolder folder, string fileName, RdbFileHeader header, IReadOnlyList<ReadOnlyMemory<byte>> libraries, bool isEssential) : ISnapshotSink
{
    private static readonly BlockOptions FewParts = new() { Bound = 4, IsBackground = true };

    private readonly string _temporary = SnapshotFolder.Temporary(fileName);
    private IDiskWriter? _file;
    private ulong _checksum;
    private long _records;

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public bool IsEssential => isEssential;

    /// <inheritdoc />
    public async Task BeginAsync()
    {
        _file = folder.Create(_temporary);
        using SnapshotBuffer buffer = new();
        using RdbFileWriter writer = new(buffer);
        writer.Header(header);
        foreach (ReadOnlyMemory<byte> library in libraries)
            writer.Function(library.Span);
        await WriteAsync(buffer.WrittenMemory);
    }

    /// <inheritdoc />
    public IReadOnlyList<ITargetBlock<SnapshotPart>> Build(FlowScope scope, Stage stage, IReadOnlyList<FanOut<SnapshotPart>> branches)
    {
        ITargetBlock<SnapshotPart> file = scope.AddAction<SnapshotPart>("file", stage, Upstreams.Of([.. branches]), WriteAsync, FewParts);
        return [.. branches.Select(_ => file)];
    }

    /// <inheritdoc />
    public async Task CommitAsync(SnapshotSummary summary)
    {
        if (_records != summary.Records)
            throw new InvalidOperationException($"{_records} records came of {summary.Records} that were walked.");
        using SnapshotBuffer buffer = new();
        using RdbFileWriter writer = new(buffer);
        writer.End(_checksum);
        await WriteAsync(buffer.WrittenMemory);
        await _file!.FlushAsync();
        _file.Dispose();
        folder.Publish(fileName);
    }

    /// <inheritdoc />
    public void Abandon()
    {
        if (_file is null)
            return;
        _file.Dispose();
        _file = null;
        folder.TryDelete(_temporary);
    }

    private async Task WriteAsync(SnapshotPart part)
    {
        await WriteAsync(part.FileBytes);
        _records += part.Count;
        part.Release();
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _checksum = Crc64.Append(_checksum, bytes.Span);
        return _file!.WriteAsync(bytes);
    }
}
