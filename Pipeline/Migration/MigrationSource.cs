// Concurrency rule: _lock guards _round and whether it is stopped; Progress has a lock of its own. Cancel latches: one that was cancelled before it started runs no round.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// The source's side of one migration, as a block of the graph that is there for it alone: round after round, until the slots have changed hands, no round can succeed, or
/// it is cancelled. Complete cancels it. What it ends with is in its state; the block itself ends in order.
/// </summary>
internal sealed class MigrationSource(StoreEngine engine, IPeerNetwork network, OutgoingMigration migration) : IFlowBlock
{
    private readonly Lock _lock = new();
    private readonly Ledger _ledger = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MigrationRound? _round;
    private MigrationRound? _last;
    private long _beganAt;
    private long _endedAt;

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <summary>Counts rounds.</summary>
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>What it is about, and how far it is.</summary>
    public OutgoingMigration Migration => migration;

    /// <summary>Keys, changes, bytes of the present round, or of the last one.</summary>
    public (long Keys, long Changes, long Bytes) Moved => Volatile.Read(ref _last) is { } round ? (round.Keys, round.Changes, round.Bytes) : default;

    /// <summary>The most bytes of that round that have waited to be written: what it has cost in memory.</summary>
    public long BytesWaitingMax => Volatile.Read(ref _last)?.BytesWaitingMax ?? 0;

    /// <summary>How long the present round has lasted, or the last one did.</summary>
    public TimeSpan Duration => _beganAt == 0 ? TimeSpan.Zero : engine.Time.GetElapsedTime(_beganAt, _endedAt != 0 ? _endedAt : engine.Time.GetTimestamp());

    /// <summary>How long writes have waited for its hand-over.</summary>
    public TimeSpan Paused => Volatile.Read(ref _last)?.Paused ?? TimeSpan.Zero;

    /// <summary>The migration itself, so that it is nobody's detached work.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Gives it its place in the graph and starts it behind <paramref name="before"/>; any thread, also one that holds shards. A stop that has passed its stage cancels it.
    /// </summary>
    public void Start(string name, Task before)
    {
        try
        {
            engine.Graph!.AddTransient(name, scope => scope.Adopt("source", Stage.Drivers, Upstreams.None, this));
        }
        catch (InvalidOperationException)
        {
            Cancel("the node stops");
        }

        Running = RunAsync(name, before);
    }

    /// <summary>Takes it back, for good; any thread, also before it has started.</summary>
    public void Cancel(string reason)
    {
        migration.Progress.Cancel();
        MigrationRound? round;
        lock (_lock)
        {
            _stopped.TrySetResult();
            round = _round;
        }

        round?.Abort(new OperationCanceledException(reason));
    }

    /// <summary>Ends the present round; the next one begins with INIT.</summary>
    public void Restart(string reason)
    {
        MigrationRound? round;
        lock (_lock)
            round = _round;
        round?.Abort(new MigrationException(reason));
    }

    /// <inheritdoc />
    public void Complete() => Cancel("the node stops");

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Cancel(exception.Message);
    }

    private async Task RunAsync(string name, Task before)
    {
        // Whoever starts it may hold shards, or serve sockets.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        while (!_stopped.Task.IsCompleted)
        {
            // Keys of slots that were lost and have come back must not be moved (fault F24).
            await engine.Cluster!.Flushes.WhenEndedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (migration.Progress.BeginRound() is not (> 0 and var number))
                break;
            await RunRoundAsync(name, number);
            if (migration.Progress.State.IsOver())
                break;
            await Deadlines.EndOrAsync(_stopped.Task, MigrationLimits.Of(engine.Config, engine.Shards.Length).Retry, engine.Time);
        }

        _completion.TrySetResult();
    }

    private async Task RunRoundAsync(string name, int number)
    {
        MigrationRound round = new(engine, network, migration, name, number);
        lock (_lock)
        {
            if (_stopped.Task.IsCompleted)
                return;
            _round = _last = round;
        }

        _ledger.Accept();
        _endedAt = 0;
        _beganAt = engine.Time.GetTimestamp();
        try
        {
            await round.RunAsync();
            _ledger.Done();
        }
        catch (Exception failed)
        {
            _ledger.Fail();
            string error = failed.Message;
            if (failed is MigrationException { IsFatal: true })
                migration.Progress.FailedForGood(error);
            else
                migration.Progress.Failed(number, error);
        }

        _endedAt = engine.Time.GetTimestamp();
        lock (_lock)
            _round = null;
    }
}
