// Owner: whoever plans or loads; it keeps only the number it gave last, so that two snapshots of one millisecond have two names.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Df;
using DragonflyFlow.Pipeline.Snapshots.Rdb;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Makes plans of snapshots and finds what can be loaded, from the options: directory, name, kind.</summary>
internal sealed class SnapshotFactory(StoreEngine engine, IDisk disk)
{
    private const string NameUnlessSet = "dump.rdb";

    private long _lastId;

    /// <summary>The plan of a snapshot.</summary>
    public SnapshotPlan Plan(SnapshotRequest request, bool isFinal)
    {
        string name = request.Name ?? engine.Config.Get(StoreOptions.DbFileName);
        if (name.Length == 0)
            name = NameUnlessSet;
        ISnapshotKind kind = KindOf(request.Format ?? Preferred());
        long id = NextId();
        IDisk paced = Paced();
        SnapshotFolder folder = new(paced, engine.Config.Get(StoreOptions.Directory));
        string copyTo = engine.Config.Get(StoreOptions.SnapshotCopyDirectory);
        ISnapshotSink main = kind.Sink("file", folder, name, id, isEssential: true);
        return new SnapshotPlan
        {
            Id = id,
            File = folder.PathOf(kind.FileName(name, id)),
            Form = kind.Form,
            Sinks = copyTo.Length == 0 ? [main] : [main, kind.Sink("copy", new SnapshotFolder(paced, copyTo), name, id, isEssential: false)],
            Limits = Limits(),
            IsFinal = isFinal,
        };
    }

    /// <summary>The newest snapshot of the options' name, of either kind; null if there is none.</summary>
    public FoundSnapshot? Find()
    {
        string name = engine.Config.Get(StoreOptions.DbFileName);
        if (name.Length == 0)
            return null;
        SnapshotFolder folder = new(disk, engine.Config.Get(StoreOptions.Directory));
        SnapshotFormat preferred = Preferred();
        FoundSnapshot? first = KindOf(preferred).FindNewest(folder, name);
        FoundSnapshot? second = KindOf(preferred == SnapshotFormat.Rdb ? SnapshotFormat.Df : SnapshotFormat.Rdb).FindNewest(folder, name);
        return second is null || first?.ModifiedMs >= second.ModifiedMs ? first : second;
    }

    private ISnapshotKind KindOf(SnapshotFormat format) => format == SnapshotFormat.Df ? new DfKind(engine) : new RdbKind(engine);

    private SnapshotFormat Preferred() => engine.Config.Get(StoreOptions.DfSnapshotFormat) ? SnapshotFormat.Df : SnapshotFormat.Rdb;

    private IDisk Paced()
    {
        long limit = engine.Config.Get(StoreOptions.SnapshotWriteLimit);
        return limit == 0 ? disk : new PacedDisk(disk, limit, engine.Time);
    }

    private SnapshotLimits Limits() => new()
    {
        PauseBytes = Math.Max(4L * SnapshotChunk.BytesFull, engine.Config.Get(StoreOptions.SnapshotBufferBytes) / engine.Shards.Length),
        StallDeadline = TimeSpan.FromMilliseconds(engine.Config.Get(StoreOptions.SnapshotStallMs)),
        ShardShare = engine.Config.Get(StoreOptions.SnapshotShardShare) / 100.0,
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
