// Owner: BeginAsync, CommitAsync and Abandon belong to the run; in between each file belongs to its block.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>
/// A set: one file of each shard, written side by side, and a manifest that names them. The manifest gets its name last, when all files are on the disk under
/// theirs; without it they are nobody's.
/// </summary>
internal sealed class DfSetSink(string name, DfSet set, bool isEssential) : ISnapshotSink
{
    private static readonly BlockOptions FewParts = new() { Bound = 4, IsBackground = true };

    private readonly DfShardFileWriter?[] _files = new DfShardFileWriter?[set.Shards];

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public bool IsEssential => isEssential;

    /// <inheritdoc />
    public async Task BeginAsync()
    {
        for (int shard = 0; shard < _files.Length; shard++)
        {
            string fileName = set.ShardName(shard);
            DfShardFileWriter file = new(set.Folder.Create(SnapshotFolder.Temporary(fileName)), fileName);
            _files[shard] = file;
            await file.BeginAsync(new DfHeader(set.Id, shard, set.Shards));
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<ITargetBlock<SnapshotPart>> Build(FlowScope scope, Stage stage, IReadOnlyList<FanOut<SnapshotPart>> branches)
        => [.. branches.Select((branch, shard) => scope.AddAction<SnapshotPart>($"file-{shard}", stage, [branch], _files[shard]!.WriteAsync, FewParts))];

    /// <inheritdoc />
    public async Task CommitAsync(SnapshotSummary summary)
    {
        DfShardFile[] files = await Task.WhenAll(_files.Select(static file => file!.EndAsync()));
        DfManifest manifest = new(set.Id, DfSet.About(summary), set.Libraries, files);
        if (manifest.Records != summary.Records)
            throw new InvalidOperationException($"{manifest.Records} records came of {summary.Records} that were walked.");
        set.Folder.Publish(files.Select(static file => file.Name));
        await WriteAsync(manifest);
        set.Folder.Publish(set.ManifestName);
        set.RemoveOlder();
    }

    /// <inheritdoc />
    public void Abandon()
    {
        foreach (DfShardFileWriter? file in _files)
            file?.Dispose();
        set.Remove();
    }

    private async Task WriteAsync(DfManifest manifest)
    {
        using SnapshotBuffer buffer = new();
        manifest.Write(buffer);
        using IDiskWriter file = set.Folder.Create(SnapshotFolder.Temporary(set.ManifestName));
        await file.WriteAsync(buffer.WrittenMemory);
        await file.FlushAsync();
    }
}
