// Owner: the sink of the set.

using System.Globalization;
using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>One set in its directory, among others of its name: what its files are called, what is said of it, and which older ones go when it is there.</summary>
internal sealed class DfSet(SnapshotFolder folder, DfSetName name, long id, int shards)
{
    /// <summary>Where it is.</summary>
    public SnapshotFolder Folder => folder;

    /// <summary>Its number.</summary>
    public long Id => id;

    /// <summary>Files of records.</summary>
    public int Shards => shards;

    /// <summary>Whole sets of its name that are kept, itself included; 0 = all.</summary>
    public required int Keep { get; init; }

    /// <summary>Sources of the libraries of functions.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Libraries { get; init; }

    /// <summary>The manifest's name.</summary>
    public string ManifestName => name.Manifest(id);

    /// <summary>The name of a shard's file.</summary>
    public string ShardName(int shard) => name.Shard(id, shard);

    /// <summary>What the manifest says about it, for people.</summary>
    public static Dictionary<string, string> About(SnapshotSummary summary) => new()
    {
        ["redis-ver"] = Compatibility.RedisVersion,
        ["cut-ms"] = summary.CutMs.ToString(CultureInfo.InvariantCulture),
        ["keys"] = summary.Records.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Takes back what was made of it.</summary>
    public void Remove()
    {
        folder.TryDelete(SnapshotFolder.Temporary(ManifestName));
        if (!folder.TryDelete(ManifestName))
            return;
        for (int shard = 0; shard < shards; shard++)
        {
            folder.TryDelete(SnapshotFolder.Temporary(ShardName(shard)));
            folder.TryDelete(ShardName(shard));
        }
    }

    /// <summary>
    /// Removes the older sets beyond the number that is kept, and what interrupted ones left. It is there itself, so the newest whole set stays. What cannot be
    /// removed now is removed after the next set.
    /// </summary>
    public void RemoveOlder()
    {
        try
        {
            IGrouping<long, OwnFile>[] older = [.. Older().GroupBy(static file => file.Id).OrderByDescending(static set => set.Key)];
            IGrouping<long, OwnFile>[] whole = [.. older.Where(static set => set.Any(static file => file.IsManifest))];
            foreach (IGrouping<long, OwnFile> set in older.Except(whole.Take(Keep == 0 ? int.MaxValue : Keep - 1)))
                Remove(set);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The directory cannot be read: the set that was asked for is there all the same.
        }
    }

    private IEnumerable<OwnFile> Older()
    {
        foreach (DiskFile file in folder.List())
        {
            if (name.TryParse(file.Name, out long other, out bool isManifest) && other < id)
                yield return new OwnFile(other, file.Name, isManifest);
        }
    }

    // The manifest first: a set that has one has all its files.
    private void Remove(IEnumerable<OwnFile> set)
    {
        foreach (OwnFile file in set.OrderByDescending(static file => file.IsManifest))
        {
            if (!folder.TryDelete(file.Name) && file.IsManifest)
                return;
        }
    }

    private readonly record struct OwnFile(long Id, string Name, bool IsManifest);
}
