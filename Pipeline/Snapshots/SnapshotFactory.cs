// Owner: whoever plans or loads; it keeps only the number it gave last, so that two snapshots of one millisecond have two names.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Makes plans of snapshots and finds what can be loaded, from the options: directory, name, kind.</summary>
internal sealed class SnapshotFactory(StoreEngine engine, IDisk disk)
{
    private const string NameUnlessSet = "dump.rdb";

    private long _lastId;

    /// <summary>The plan of a snapshot.</summary>
    public SnapshotPlan Plan(SnapshotRequest request, bool isFinal)
    {
        string fileName = request.Name ?? engine.Config.Get(StoreOptions.DbFileName);
        if (fileName.Length == 0)
            fileName = NameUnlessSet;
        IDisk paced = Paced();
        SnapshotFolder folder = new(paced, engine.Config.Get(StoreOptions.Directory));
        string copyTo = engine.Config.Get(StoreOptions.SnapshotCopyDirectory);
        ISnapshotSink main = Sink("rdb", folder, fileName, isEssential: true);
        return new SnapshotPlan
        {
            Id = NextId(),
            File = folder.PathOf(fileName),
            Form = new RdbForm(engine.Config.Get(StoreOptions.RdbCompression)),
            Sinks = copyTo.Length == 0 ? [main] : [main, Sink("copy", new SnapshotFolder(paced, copyTo), fileName, isEssential: false)],
            Limits = Limits(),
            IsFinal = isFinal,
        };
    }

    /// <summary>The snapshot of the options' name; null if there is none.</summary>
    public LoadSource? Find()
    {
        string fileName = engine.Config.Get(StoreOptions.DbFileName);
        SnapshotFolder folder = new(disk, engine.Config.Get(StoreOptions.Directory));
        if (fileName.Length == 0 || folder.Find(fileName) is not { } file)
            return null;
        string path = folder.PathOf(fileName);
        return new LoadSource(path, file.Bytes, [new LoadFile(path, () => new RdbLoadReader(path, folder.Open(fileName), engine.Scripts.Functions))]);
    }

    private RdbFileSink Sink(string name, SnapshotFolder folder, string fileName, bool isEssential)
    {
        RdbFileHeader header = new(Compatibility.RedisVersion, engine.NowMs() / 1000, engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes));
        ReadOnlyMemory<byte>[] libraries = [.. engine.Scripts.Functions.Libraries.Select(library => library.Code)];
        return new RdbFileSink(name, folder, fileName, header, libraries, isEssential);
    }

    private IDisk Paced()
    {
        long limit = engine.Config.Get(StoreOptions.SnapshotWriteLimit);
        return limit == 0 ? disk : new PacedDisk(disk, limit, engine.Time);
    }

    private SnapshotLimits Limits() => new()
    {
        PauseBytes = Math.Max(4L * SnapshotChunk.BytesFull, engine.Config.Get(StoreOptions.SnapshotBufferBytes) / engine.Shards.Length),
        StallDeadline = TimeSpan.FromMilliseconds(engine.Config.Get(StoreOptions.SnapshotStallMs)),
        GapTicks = engine.Time.TimestampFrequency * engine.Config.Get(StoreOptions.SnapshotSliceGap) / 1_000_000,
    };

    private long NextId()
    {
        while (true)
        {
            long last = Interlocked.Read(ref _lastId);
            long id = Math.Max(engine.NowMs(), last + 1);
            if (Interlocked.CompareExchange(ref _lastId, id, last) == last)
                return id;
        }
    }
}
