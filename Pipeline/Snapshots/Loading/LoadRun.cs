// Owner: the task that executes it; Cancel by any thread, latches. Batches of a shard come from all readers; each reader has batches of its own, so none is shared.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>
/// One load as a graph: files - read - one block for each shard, which has the shard store a batch at a time - one that makes chunks for what comes next. Bounded everywhere: memory is what the readers
/// and the blocks hold, whatever the file's size.
/// </summary>
internal sealed class LoadRun(FlowGraph graph, StoreEngine engine, LoadSource source, LoadStatus status)
{
    // Behind the gate that every load is in: a stop tells the gate, the gate ends the load, and the stage of its blocks comes when they are gone.
    private const Stage Place = Stage.Walks;

    private const int ReadersMax = 4;

    private static readonly BlockOptions FewBatches = new() { Bound = 4 };

    private readonly ITargetBlock<LoadBatch>[] _stores = new ITargetBlock<LoadBatch>[engine.Shards.Length];
    private readonly NextChunks _chunks = new(engine.Shards.Length);
    private Exception? _cancelled;

    /// <summary>Ends it: what has been stored stays, and the caller deals with it.</summary>
    public void Cancel(string reason) => Interlocked.CompareExchange(ref _cancelled, new OperationCanceledException(reason), null);

    /// <summary>Loads all files.</summary>
    /// <exception cref="LoadException">A file is missing, damaged, cut off or of a kind that cannot be read.</exception>
    public async Task ExecuteAsync()
    {
        ITargetBlock<LoadFile>? files = null;
        FlowScope scope = graph.AddTransient("load", inside => files = Build(inside));
        foreach (LoadFile file in source.Files)
            await files!.SendOrRefuseAsync(file, static _ => { });
        files!.Complete();
        try
        {
            await scope.Completion;
        }
        catch (Exception thrown)
        {
            Exception cause = thrown.GetBaseException();
            throw cause as LoadException ?? new LoadException(cause.Message, cause);
        }
    }

    private ITargetBlock<LoadFile> Build(FlowScope scope)
    {
        BlockOptions options = new() { Bound = Math.Max(1, source.Files.Count), Parallelism = Math.Clamp(source.Files.Count, 1, ReadersMax) };
        // A file that cannot be read is the end of the load: the error handler faults the scope through its first store block.
        ITargetBlock<LoadFile> files = scope.AddAction<LoadFile>("read", Place, Upstreams.None, ReadAsync, options, (_, error) => Fail(error));
        for (int i = 0; i < _stores.Length; i++)
        {
            ShardBlock shard = engine.Shards[i];
            _stores[i] = scope.AddAction<LoadBatch>($"store-{i}", Place, [files], batch => StoreAsync(shard, batch), FewBatches);
        }

        _chunks.AddTo(scope, Place, _stores);
        return files;
    }

    private void Fail(Exception error) => _stores[0].Fault(error);

    private async Task ReadAsync(LoadFile file)
    {
        LoadRouter router = new(file.Path, _stores.Length);
        using ILoadReader reader = file.Open();
        while (await reader.ReadAsync(router, status.AddRead))
        {
            ThrowIfCancelled();
            if (router.HasFull)
                await SendAsync(router, onlyFull: true);
        }

        await SendAsync(router, onlyFull: false);
    }

    private async Task SendAsync(LoadRouter router, bool onlyFull)
    {
        for (int shard = 0; shard < _stores.Length; shard++)
        {
            if (router.Take(shard, onlyFull) is { } batch && !await _stores[shard].SendOrRefuseAsync(batch, static refused => refused.Dispose()))
                throw new LoadException("the load was ended");
        }
    }

    private async Task StoreAsync(ShardBlock shard, LoadBatch batch)
    {
        await _chunks.AskAsync(shard);
        string? error = await batch.StoreAsync(shard);
        status.AddKeys(batch.Added, batch.Expired);
        batch.Dispose();
        if (error is not null)
            throw new LoadException(error);
    }

    private void ThrowIfCancelled()
    {
        if (Volatile.Read(ref _cancelled) is { } cancelled)
            throw cancelled;
    }
}
