// Owner: whoever plans or loads; it keeps only the number it gave last, so that two snapshots of one millisecond have two names.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Df;
using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Pipeline.Snapshots.Rdb;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Makes plans of snapshots and finds what can be loaded, from the options: directory, name, kind.</summary>
internal sealed class SnapshotFactory(StoreEngine engine, IDisk disk)
{
    private const string NameUnlessSet = "dump.rdb";

    private const long BytesThatAlwaysMayWait = 64L << 20;

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
        ISnapshotForm form = kind.Form;
        List<ISnapshotSink> sinks = [kind.Sink("file", folder, name, id, isEssential: true)];
        if (copyTo.Length > 0)
            sinks.Add(kind.Sink("copy", new SnapshotFolder(paced, copyTo), name, id, isEssential: false));
        SnapshotMode mode = isFinal ? SnapshotMode.Conservative : engine.Config.Get(StoreOptions.SnapshotMode);
        // Keys that come again would count twice.
        DigestSink? digest = engine.Config.Get(StoreOptions.SnapshotDigest) && mode != SnapshotMode.Relaxed ? new DigestSink(form) : null;
        if (digest is not null)
            sinks.Add(digest);
        SnapshotLimits limits = Limits();
        return new SnapshotPlan
        {
            Id = id,
            File = folder.PathOf(kind.FileName(name, id)),
            Form = form,
            Sinks = sinks,
            Digest = digest,
            Limits = limits,
            RunsAhead = RunsAhead(limits),
            Mode = mode,
            ForkPause = ForkPause(),
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

    // A fork copies the tables of pages, so its cost grows with memory; the rate is that of a redis-server (latest_fork_usec by its memory).
    private TimeSpan ForkPause()
    {
        double gigabytes = engine.Shards.Sum(static shard => shard.Keyspace.MemoryBytes) / (double)(1L << 30);
        return TimeSpan.FromMicroseconds(gigabytes * engine.Config.Get(StoreOptions.SnapshotForkCost));
    }

    private SnapshotLimits Limits() => new()
    {
        PauseBytes = Math.Max(4L * SnapshotChunk.BytesFull, BytesThatMayWait() / engine.Shards.Length),
        StallDeadline = TimeSpan.FromMilliseconds(engine.Config.Get(StoreOptions.SnapshotStallMs)),
        ShardShare = engine.Config.Get(StoreOptions.SnapshotShardShare) / 100.0,
    };

    // No more than what there is to write.
    private int RunsAhead(SnapshotLimits limits)
        => (int)Math.Min(engine.Shards.Length * (long)limits.RunsUsual, engine.Shards.Sum(static shard => shard.Keyspace.MemoryBytes) / SnapshotChunk.BytesUsual);

    // As many as the data takes are as many as a fork may cost.
    private long BytesThatMayWait()
    {
        long limit = engine.Config.Get(StoreOptions.SnapshotBufferBytes);
        return limit > 0 ? limit : Math.Max(BytesThatAlwaysMayWait, engine.Shards.Sum(static shard => shard.Keyspace.MemoryBytes));
    }

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
