// Owner: the ticker's tick; one is under way at a time. What it asks of arenas any thread may ask.

using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Sees to the shards' chunks, which the kernel takes milliseconds to make huge and clear: a store that grows finds its next ones ready, and those that it filled before they
/// were become huge. It looks often while one grows, and then little needs to be ready.
/// </summary>
internal sealed class ChunkCycle
{
    // For each shard a tick: 800 MiB a second while one grows, several times as fast as clients fill it.
    private const int ChunksPerTick = 8;

    private static readonly TimeSpan AtRest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan InGrowth = TimeSpan.FromMilliseconds(10);

    private readonly StoreEngine _engine;
    private readonly TaskScheduler? _background;

    private ChunkCycle(Ticker ticker, StoreEngine engine, TaskScheduler? background)
    {
        Ticker = ticker;
        _engine = engine;
        _background = background;
    }

    public Ticker Ticker { get; }

    public static ChunkCycle AddTo(FlowGraph graph, StoreEngine engine) =>
        new(graph.AddTicker("chunks", Stage.ShardIntake, AtRest), engine, graph.Settings.Background);

    public void Start() => Ticker.Start(RunAsync);

    private async Task<bool> RunAsync(Tick tick)
    {
        // A kernel that does not preempt itself keeps a core to the end of each: the clients of a node that is being filled by another do not wait for that besides.
        if (_engine.Cluster is not { Migrations.IsReceiving: true })
            Ticker.ChangePeriod(await SeeToChunksAsync() ? InGrowth : AtRest);
        return true;
    }

    // Nobody waits for the kernel: on a thread that gives way, where there is one.
    private Task<bool> SeeToChunksAsync()
    {
        if (_background is null)
            return Task.FromResult(SeeToChunks());
        Task<bool> seeing = new(SeeToChunks);
        seeing.Start(_background);
        return seeing;
    }

    private bool SeeToChunks()
    {
        bool grows = false;
        foreach (ShardBlock shard in _engine.Shards)
        {
            grows |= shard.Keyspace.Arena.PrepareForGrowth(ChunksPerTick);
            for (int i = 0; i < ChunksPerTick && shard.Keyspace.Arena.TryCollapseChunk(); i++)
            {
            }
        }

        return grows;
    }
}
