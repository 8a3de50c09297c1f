// Owner: the block that reads the file; one call at a time.

using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>Reads an RDB file: ours, or redis-server's.</summary>
internal sealed class RdbLoadReader(string path, IDiskReader file, FunctionRegistry functions) : ILoadReader
{
    private readonly FileWindow _window = new(file);
    private readonly RdbFileReader _reader = new();
    private bool _hasEnded;

    /// <inheritdoc />
    public async ValueTask<bool> ReadAsync(LoadRouter router, Action<long> read)
    {
        if (_hasEnded)
            return false;
        int needed = Parse(router);
        if (needed > 0)
            read(await _window.FillAsync(needed));
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _reader.Dispose();
        _window.Dispose();
    }

    // Bytes that must be at hand before it can go on; 0 if it can.
    private int Parse(LoadRouter router)
    {
        while (!router.HasFull && !_hasEnded)
        {
            SnapshotReadStatus status = _reader.Read(_window.Span, _window.IsLast, out int used, out RdbFileItem item);
            if (status == SnapshotReadStatus.NeedMore)
                return Math.Max(_reader.BytesNeeded, _window.Span.Length + 1);
            if (status == SnapshotReadStatus.Bad)
                throw new LoadException($"{path}: {_reader.Problem}");
            switch (item.Kind)
            {
                case RdbItemKind.Record:
                    router.Add(item.Record);
                    break;
                case RdbItemKind.Function:
                    if (!functions.TryLoad(item.Text, replace: true, out _, out string error))
                        throw new LoadException($"{path}: a library of functions (at byte {_reader.Offset}) cannot be loaded: {error}");
                    break;
                case RdbItemKind.End:
                    _hasEnded = true;
                    break;
            }

            _window.Use(used);
        }

        return 0;
    }
}
