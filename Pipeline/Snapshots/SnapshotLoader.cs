// Owner: whoever calls LoadAsync, once at a time: the host at the start, or DEBUG RELOAD. Sessions look at IsLoading before each command.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Loading;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Finds the newest snapshot and loads it. Whoever asks for data meanwhile is answered -LOADING.</summary>
public sealed class SnapshotLoader
{
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(2);

    private readonly FlowGraph _graph;
    private readonly StoreEngine _engine;
    private readonly SnapshotFactory _factory;
    private readonly ISnapshotLog _log;
    private LoadStatus? _status;
    private LoadRun? _run;

    internal SnapshotLoader(FlowGraph graph, StoreEngine engine, SnapshotFactory factory, ISnapshotLog log, Upstreams from)
    {
        _graph = graph;
        _engine = engine;
        _factory = factory;
        _log = log;
        Gate = graph.AddGate("loads", Stage.Drivers, from, () => Volatile.Read(ref _run)?.Cancel("the store stops"));
    }

    /// <summary>What a load under way is in: a stop ends it there.</summary>
    internal Gate Gate { get; }

    /// <summary>The load under way; null if there is none.</summary>
    public LoadStatus? Status => Volatile.Read(ref _status);

    /// <summary>Keys of the last load.</summary>
    public long LastKeys { get; private set; }

    /// <summary>Keys that the last load left out because they had expired.</summary>
    public long LastExpired { get; private set; }

    /// <summary>Announces that a load will come, so that nobody is served before it.</summary>
    public void Announce() => Enter(new LoadStatus("", 0, _engine.NowMs()));

    /// <summary>
    /// Announces a load if there is something to load; false if there is not, and clients are served at once. What cannot be looked at counts as there: the load
    /// itself will tell what is wrong.
    /// </summary>
    public bool TryAnnounce()
    {
        if (!MayFind())
            return false;
        Announce();
        return true;
    }

    /// <summary>Loads the newest snapshot of the options' name; false if there is none. Commands are served again when this returns, or not at all if it throws.</summary>
    /// <exception cref="LoadException">There is one, and it cannot be loaded whole.</exception>
    public async Task<bool> LoadAsync()
    {
        if (!Gate.TryEnter())
            throw new LoadException("the store stops");
        try
        {
            if (_factory.Find() is not { } found)
            {
                Leave();
                return false;
            }

            await LoadAsync(await found.OpenAsync());
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new LoadException(cause.Message, cause);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Ends the state of loading after a failure, when the store goes on with what it has.</summary>
    public void GiveUp() => Leave();

    private bool MayFind()
    {
        try
        {
            return _factory.Find() is not null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private async Task LoadAsync(LoadSource source)
    {
        LoadStatus status = new(source.Name, source.Bytes, _engine.NowMs());
        Enter(status);
        LoadRun run = new(_graph, _engine, source, status);
        Volatile.Write(ref _run, run);
        if (Gate.IsClosed)
            run.Cancel("the store stops");
        _log.Loading(source.Name, source.Bytes);
        long began = _engine.Time.GetTimestamp();
        await using (_engine.Time.CreateTimer(_ => _log.LoadProgress(source.Name, status.BytesRead, status.Bytes, status.Keys), null, ReportPeriod, ReportPeriod))
            await run.ExecuteAsync();
        (LastKeys, LastExpired) = (status.Keys, status.Expired);
        // What was loaded is no change.
        _engine.PostToShards(static shard => shard.Keyspace.Stats.Dirty = 0);
        Volatile.Write(ref _run, null);
        Leave();
        _log.Loaded(source.Name, status.Keys, status.Expired, (long)_engine.Time.GetElapsedTime(began).TotalMilliseconds);
    }

    private void Enter(LoadStatus status)
    {
        Volatile.Write(ref _status, status);
        _engine.IsLoading = true;
    }

    private void Leave()
    {
        Volatile.Write(ref _status, null);
        _engine.IsLoading = false;
    }
}
