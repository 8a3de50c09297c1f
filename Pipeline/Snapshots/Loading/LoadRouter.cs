// Owner: one reader.

using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>Gathers the records of one file in batches for the shards they belong to: the file may have been written by another number of shards.</summary>
internal sealed class LoadRouter(string file, int shards)
{
    private readonly LoadBatch?[] _batches = new LoadBatch?[shards];

    /// <summary>Whether a batch is to be sent before more is read.</summary>
    public bool HasFull { get; private set; }

    /// <summary>Adds a record to the batch of its shard.</summary>
    public void Add(SnapshotRecord record)
    {
        ulong hash = KeyHash.Of(record.Key);
        LoadBatch batch = _batches[KeyHash.ShardOf(hash, shards)] ??= new LoadBatch(file);
        batch.Add(record, hash);
        HasFull |= batch.Length >= LoadBatch.BytesFull;
    }

    /// <summary>Takes the batch of a shard if it is full, or whatever is in it; null if there is nothing to take.</summary>
    public LoadBatch? Take(int shard, bool onlyFull)
    {
        if (_batches[shard] is not { } batch || (onlyFull && batch.Length < LoadBatch.BytesFull))
            return null;
        _batches[shard] = null;
        HasFull = false;
        return batch;
    }
}
