// Owner: the block that reads the file; one call at a time.

using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>Reads the file of one shard, which must be what the manifest says: set, place, length, records, checksum.</summary>
internal sealed class DfLoadReader(string path, IDiskReader file, DfHeader header, DfShardFile expected) : ILoadReader
{
    private readonly FileWindow _window = new(file);
    private readonly DfFileReader _reader = new();
    private readonly SnapshotBuffer _records = new();
    private bool _hasEnded;

    /// <inheritdoc />
    public async ValueTask<bool> ReadAsync(LoadRouter router, Action<long> read)
    {
        if (_hasEnded)
            return false;
        if (_reader.Offset == 0 && file.Bytes != expected.Bytes)
            throw Refused(new FormatProblem(Math.Min(file.Bytes, expected.Bytes), $"the file has {file.Bytes} bytes, by the manifest it has {expected.Bytes}"));
        int needed = Parse(router);
        if (needed > 0)
            read(await _window.FillAsync(needed));
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _records.Dispose();
        _window.Dispose();
    }

    // Bytes that must be at hand before it can go on; 0 if it can.
    private int Parse(LoadRouter router)
    {
        while (!router.HasFull && !_hasEnded)
        {
            SnapshotReadStatus status = _reader.Read(_window.Memory, _window.IsLast, out int used, out DfFrame frame);
            if (status == SnapshotReadStatus.NeedMore)
                return Math.Max(_reader.BytesNeeded, _window.Span.Length + 1);
            if (status == SnapshotReadStatus.Bad)
                throw Refused(_reader.Problem);
            Take(frame, router);
            _window.Use(used);
        }

        return 0;
    }

    private void Take(DfFrame frame, LoadRouter router)
    {
        switch (frame.Kind)
        {
            case DfFrameKind.Header when _reader.Header != header:
                throw Refused(new FormatProblem(frame.Offset, "the file is not of this set, or of another shard than its name says"));
            case DfFrameKind.Block:
                Take(frame.Offset, router);
                break;
            case DfFrameKind.End:
                if (_reader.Offset != expected.Bytes || _reader.Records != expected.Records || _reader.Checksum != expected.Checksum)
                    throw Refused(new FormatProblem(frame.Offset, "the file is whole, but not the one that the manifest names"));
                _hasEnded = true;
                break;
        }
    }

    private void Take(long offset, LoadRouter router)
    {
        if (!_reader.Block.TryOpen(_records, out ReadOnlyMemory<byte> bytes))
            throw Refused(new FormatProblem(offset, "the records of a block cannot be decompressed"));
        DfRecordReader records = new(bytes);
        int count = 0;
        while (records.TryRead(out SnapshotRecord record))
        {
            router.Add(record);
            count++;
        }

        if (records.IsDamaged || count != _reader.Block.Records)
            throw Refused(new FormatProblem(offset, $"record {count + 1} of a block is damaged"));
    }

    private LoadException Refused(FormatProblem? problem) => new($"{path}: {problem}");
}
