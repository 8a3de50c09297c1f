// Concurrency rule: a walk posts one slice at a time to the shard whose turn it is and goes on when that has run, on a thread of the pool. Between slices
// commands run. _stopping latches: a walk completed before its start does nothing but end. What a slice touches belongs to its shard while it runs.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// Work over all keys of all shards in bounded slices, as a block of the graph that is there for this one walk. Complete ends it after the slice under way;
/// on a shard that others ask for something it rests as long as it has worked.
/// </summary>
internal abstract class SlotWalk(StoreEngine engine) : IFlowBlock
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    // Fewer messages of others in a turn leave a shard idle for most of it.
    private const int MessagesWhenIdle = 4;

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
        Slice slice = new(this, shard);
        long started = engine.Time.GetTimestamp();
        long seen = shard.Ledger.Accepted;
        int slices = 0;
        bool more = true;
        while (more && !_stopping)
        {
            more = await slice.RunAsync(static (walk, owner) => walk.RunSlice(owner));
            slices++;
            if (!more || engine.Time.GetElapsedTime(started) < Turn)
                continue;
            if (shard.Ledger.Accepted - seen - slices >= MessagesWhenIdle)
                await Task.Delay(Turn, engine.Time);
            started = engine.Time.GetTimestamp();
            seen = shard.Ledger.Accepted;
            slices = 0;
        }

        WasCut |= more || slice.WasRefused;
        await slice.RunAsync(static (walk, owner) =>
        {
            walk.Leave(owner);
            return false;
        });
    }

    private sealed class Slice(SlotWalk walk, ShardBlock shard) : ShardMessage
    {
        private TaskCompletionSource<bool> _done = new();
        private Func<SlotWalk, ShardBlock, bool> _work = static (_, _) => false;

        /// <summary>Whether the shard took no more work: then there is nothing there to walk over.</summary>
        public bool WasRefused { get; private set; }

        public Task<bool> RunAsync(Func<SlotWalk, ShardBlock, bool> work)
        {
            _work = work;
            _done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<bool> done = _done.Task;
            walk._ledger.Accept();
            if (!shard.Post(this))
                Refuse(new OperationCanceledException("The shard is completed."));
            Resumptions.Flush();
            return done;
        }

        internal override bool Run(ShardBlock owner)
        {
            bool more = false;
            try
            {
                more = _work(walk, owner);
                owner.EndTransaction();
                walk._ledger.Done();
            }
            catch (Exception bug) when (bug is not Storage.Memory.ArenaCheckException)
            {
                walk._ledger.Fail();
                walk.Fault(bug);
            }

            _done.SetResult(more);
            return true;
        }

        internal override void Refuse(Exception reason)
        {
            WasRefused = true;
            walk._ledger.Refuse();
            _done.TrySetResult(false);
        }
    }
}
