// Owner: whether a shard's chunk is asked for belongs to the shard's store block until it is set, then to the block of chunks.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>
/// Has each shard's next chunk of memory made while the shard still fills the one before: the kernel clears it, a quarter of a load's processor time, on another thread than
/// the one that everything waits for.
/// </summary>
internal sealed class NextChunks(int shards)
{
    private readonly bool[] _isAsked = new bool[shards];
    private ITargetBlock<ShardBlock>? _block;

    /// <summary>Adds the block, behind those that store.</summary>
    public void AddTo(FlowScope scope, Stage stage, ReadOnlySpan<IDataflowBlock> stores)
        => _block = scope.AddAction<ShardBlock>("chunks", stage, Upstreams.Of(stores), Make, new BlockOptions { Bound = shards });

    /// <summary>Asks for a shard's next chunk unless there is one. By its store block, which does not wait: there is a place for each shard.</summary>
    public Task AskAsync(ShardBlock shard)
    {
        if (Volatile.Read(ref _isAsked[shard.Index]) || shard.Keyspace.Arena.HasPreparedChunk)
            return Task.CompletedTask;
        Volatile.Write(ref _isAsked[shard.Index], true);
        return _block!.SendOrRefuseAsync(shard, static _ => { });
    }

    private void Make(ShardBlock shard)
    {
        shard.Keyspace.Arena.PrepareChunk();
        Volatile.Write(ref _isAsked[shard.Index], false);
    }
}
