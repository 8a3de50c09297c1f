// Concurrency rule: a walk is on one shard at a time, where it has a turn (SlotTurn); its task, on a thread of the pool, looks every few milliseconds whether that has ended, and has an
// idle shard run slices. Between slices commands run. _stopping latches: a walk completed before its start does nothing but end. What a slice touches belongs to its shard.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// Work over all keys of all shards in bounded slices, as a block of the graph that is there for this one walk. Complete ends it after the slice under way;
/// of a shard that others ask for something it takes a share of the time.
/// </summary>
internal abstract class SlotWalk(StoreEngine engine) : IFlowBlock
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(8);

    // Fewer messages of others between two looks leave a shard idle for most of it.
    private const int MessagesWhenIdle = 32;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private volatile bool _stopping;
    private Exception? _fault;

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <summary>Counts slices.</summary>
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Whether it ended before it was through.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The walk itself, so that it is nobody's detached work.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>The share of a busy shard's time that it may take, 0 to 1.</summary>
    internal virtual double Share => 0.5;

    /// <summary>The store.</summary>
    protected StoreEngine Engine => engine;

    /// <summary>
    /// Gives the walk its place in the graph, if the store is part of one, and starts it; any thread, also one that holds shards. A stop that has passed its
    /// stage cuts it at once.
    /// </summary>
    public void Start(string name, Stage stage)
    {
        try
        {
            engine.Graph?.AddTransient(name, scope => scope.Adopt("walk", stage, Upstreams.None, this));
        }
        catch (InvalidOperationException)
        {
            Complete();
        }

        Running = RunAsync();
    }

    /// <inheritdoc />
    public void Complete() => _stopping = true;

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.CompareExchange(ref _fault, exception, null);
        Complete();
    }

    /// <summary>Runs a slice in a step of the shard, unless the walk is to end; false if there is nothing more to do there.</summary>
    internal bool TakeSlice(ShardBlock shard)
    {
        if (_stopping)
            return true;
        _ledger.Accept();
        try
        {
            bool hasMore = RunSlice(shard);
            shard.EndTransaction();
            _ledger.Done();
            return hasMore;
        }
        catch (Exception bug) when (bug is not Storage.Memory.ArenaCheckException)
        {
            _ledger.Fail();
            Fault(bug);
            return false;
        }
    }

    /// <summary>A slice on a shard; false if there is nothing more to do there.</summary>
    protected abstract bool RunSlice(ShardBlock shard);

    /// <summary>The walk leaves a shard, once for each shard, whether it was through or has been cut.</summary>
    protected virtual void Leave(ShardBlock shard)
    {
    }

    /// <summary>All shards have been left.</summary>
    protected virtual void Ended()
    {
    }

    private async Task RunAsync()
    {
        // Whoever starts it may hold shards, or serve sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            foreach (ShardBlock shard in engine.Shards)
                await WalkAsync(shard);
            Ended();
        }
        catch (Exception bug)
        {
            Fault(bug);
        }

        if (Volatile.Read(ref _fault) is { } fault)
            _completion.TrySetException(fault);
        else
            _completion.TrySetResult();
    }

    private async Task WalkAsync(ShardBlock shard)
    {
        SlotTurn turn = new(this, shard);
        bool isThere = await Step.RunAsync(shard, _ => turn.Enter());
        bool isIdle = true;
        while (isThere && !turn.HasEnded && !_stopping)
        {
            long seen = turn.Messages;
            if (!isIdle)
                await Task.Delay(Look, engine.Time);
            else
                isThere = await Step.RunAsync(shard, isOwnThread => RunIdle(turn, isOwnThread));
            isIdle = turn.Messages - seen < MessagesWhenIdle;
        }

        // A shard that takes no more work has nothing to leave.
        bool wasThrough = false;
        await Step.RunAsync(shard, _ =>
        {
            wasThrough = turn.HasEnded;
            turn.Leave();
            Leave(shard);
        });
        WasCut |= !wasThrough;
    }

    // On a thread that came to the shard with somebody's commands it is one slice: that thread has sockets to serve.
    private static void RunIdle(SlotTurn turn, bool isOwnThread)
    {
        if (isOwnThread)
            turn.RunBurst();
        else
            turn.RunSlice();
    }

    /// <summary>A step of a shard that is waited for.</summary>
    private sealed class Step(Action<bool> work) : ShardMessage
    {
        private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int _thread = Environment.CurrentManagedThreadId;

        /// <summary>Runs it, told whether that is on the thread that asks; false if the shard takes no more work.</summary>
        public static Task<bool> RunAsync(ShardBlock shard, Action<bool> work)
        {
            Step step = new(work);
            if (!shard.Post(step))
                return Task.FromResult(false);
            Resumptions.Flush();
            return step._done.Task;
        }

        internal override bool Run(ShardBlock shard)
        {
            try
            {
                work(Environment.CurrentManagedThreadId == _thread);
                shard.EndTransaction();
                _done.SetResult(true);
            }
            catch (Exception bug) when (bug is not Storage.Memory.ArenaCheckException)
            {
                _done.SetException(bug);
            }

            return true;
        }

        internal override void Refuse(Exception reason) => _done.TrySetResult(false);
    }
}
