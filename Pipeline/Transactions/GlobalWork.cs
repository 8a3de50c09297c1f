// Owner: the thread that holds all shards while Run goes on; then whoever awaits the result.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>One step on all shards at one moment: a snapshot's cut, the registration of consumers, a store that is emptied.</summary>
internal sealed class GlobalWork : IMultiShardWork
{
    private readonly StoreEngine _engine;
    private readonly Action _step;
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasRun;

    private GlobalWork(StoreEngine engine, Action step)
    {
        _engine = engine;
        _step = step;
    }

    public ulong ShardMask => _engine.AllShards;

    public bool IsGlobal => true;

    /// <summary>Runs <paramref name="step"/> while all shards are held; false, and it has not run, if a shard takes no more work.</summary>
    public static Task<bool> RunAsync(StoreEngine engine, Action step)
    {
        GlobalWork work = new(engine, step);
        engine.Concurrency.Submit(work);
        return work._done.Task;
    }

    public void AddLocks(List<KeyLock> into)
    {
        // Global: it needs all keys.
    }

    public void Run()
    {
        _hasRun = true;
        _step();
    }

    public void Refuse(Exception reason) => _hasRun = false;

    public void Concluded() => _done.TrySetResult(_hasRun);
}
