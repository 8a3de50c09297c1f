// Any thread; it holds nothing but the engine.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>One RDB file of the name of the options; a place for the time in the name gives each snapshot a file of its own.</summary>
internal sealed class RdbKind(StoreEngine engine) : ISnapshotKind
{
    /// <inheritdoc />
    public ISnapshotForm Form => new RdbForm(engine.Config.Get(StoreOptions.RdbCompression));

    /// <inheritdoc />
    public string FileName(string name, long id) => StampedName.Of(name) is { } stamped ? stamped.At(id) : name;

    /// <inheritdoc />
    public ISnapshotSink Sink(string sink, SnapshotFolder folder, string name, long id, bool isEssential)
    {
        RdbFileHeader header = new(Compatibility.RedisVersion, engine.NowMs() / 1000, engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes));
        ReadOnlyMemory<byte>[] libraries = [.. engine.Scripts.Functions.Libraries.Select(library => library.Code)];
        return new RdbFileSink(sink, folder, FileName(name, id), header, libraries, isEssential);
    }

    /// <inheritdoc />
    public FoundSnapshot? FindNewest(SnapshotFolder folder, string name)
        => Newest(folder, name) is { } file ? new FoundSnapshot(file.ModifiedMs, () => ValueTask.FromResult(Open(folder, file))) : null;

    private static DiskFile? Newest(SnapshotFolder folder, string name)
    {
        if (StampedName.Of(name) is not { } stamped)
            return folder.Find(name);
        (long newest, DiskFile? found) = (long.MinValue, null);
        foreach (DiskFile file in folder.List())
        {
            if (stamped.TryParse(file.Name, out long id, out string rest) && rest.Length == 0 && id > newest)
                (newest, found) = (id, file);
        }

        return found;
    }

    private LoadSource Open(SnapshotFolder folder, DiskFile file)
    {
        string path = folder.PathOf(file.Name);
        return new LoadSource(path, file.Bytes, [new LoadFile(path, () => new RdbLoadReader(path, folder.Open(file.Name), engine.Scripts.Functions))]);
    }
}
