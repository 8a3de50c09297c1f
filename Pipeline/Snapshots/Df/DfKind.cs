// Any thread; it holds nothing but the engine.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>A set of files, one of each shard, written and loaded side by side.</summary>
internal sealed class DfKind(StoreEngine engine) : ISnapshotKind
{
    /// <inheritdoc />
    public ISnapshotForm Form => new DfForm(engine.Config.Get(StoreOptions.CompressionMode));

    /// <inheritdoc />
    public string FileName(string name, long id) => new DfSetName(name).Manifest(id);

    /// <inheritdoc />
    public ISnapshotSink Sink(string sink, SnapshotFolder folder, string name, long id, bool isEssential)
    {
        ReadOnlyMemory<byte>[] libraries = [.. engine.Scripts.Functions.Libraries.Select(library => library.Code)];
        DfSet set = new(folder, new DfSetName(name), id, engine.Shards.Length)
        {
            Keep = (int)engine.Config.Get(StoreOptions.SnapshotKeep),
            Libraries = libraries,
        };
        return new DfSetSink(sink, set, isEssential);
    }

    /// <inheritdoc />
    public FoundSnapshot? FindNewest(SnapshotFolder folder, string name)
    {
        DfSetName setName = new(name);
        (long newest, DiskFile? found) = (long.MinValue, null);
        foreach (DiskFile file in folder.List())
        {
            if (setName.TryParse(file.Name, out long id, out bool isManifest) && isManifest && id > newest)
                (newest, found) = (id, file);
        }

        return found is { } manifest ? new FoundSnapshot(manifest.ModifiedMs, () => OpenAsync(folder, manifest)) : null;
    }

    private async ValueTask<LoadSource> OpenAsync(SnapshotFolder folder, DiskFile file)
    {
        string path = folder.PathOf(file.Name);
        byte[] bytes = new byte[file.Bytes];
        using (IDiskReader reader = folder.Open(file.Name))
        {
            int length = 0;
            while (length < bytes.Length && await reader.ReadAsync(bytes.AsMemory(length)) is int count and > 0)
                length += count;
        }

        DfManifest manifest = DfManifest.Read(bytes, out FormatProblem? problem) ?? throw new LoadException($"{path}: {problem}");
        List<LoadFile> files = [new LoadFile(path, () => new DfLibraryReader(path, manifest.Libraries, engine.Scripts.Functions))];
        for (int i = 0; i < manifest.Files.Count; i++)
        {
            (DfShardFile part, int shard) = (manifest.Files[i], i);
            string partPath = folder.PathOf(part.Name);
            files.Add(new LoadFile(partPath, () => new DfLoadReader(partPath, folder.Open(part.Name), new DfHeader(manifest.Id, shard, manifest.Files.Count), part)));
        }

        return new LoadSource(path, manifest.Bytes, files);
    }
}
