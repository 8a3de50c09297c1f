// Owner: the ticker's tick; one is under way at a time. What it asks of arenas any thread may ask. Whether a shard is walked is the shard's to say: a stale answer costs a look's chunks.

using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Has the chunks that a store has filled become huge pages. Each costs whoever shares its core some milliseconds of the kernel's, which does not let itself be preempted: so on a
/// busy shard one at a time, and none while the store grows fast or is walked: whoever reads a chunk that is being made waits as well. Neither lasts, and then all of them are made.
/// </summary>
internal sealed class ChunkCycle
{
    // A tick and shard: 160 MiB a second at rest, and 20 beside clients.
    private const int ChunksAtRest = 8;
    private const int ChunksWhenBusy = 1;

    // In a tick, which is as many as are made beside clients.
    private const int ChunksOfSlowGrowth = ChunksWhenBusy;

    // Fewer in a tick leave a shard idle for most of it.
    private const int MessagesAtRest = 300;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly StoreEngine _engine;
    private readonly TaskScheduler? _background;
    private readonly int[] _chunksSeen;
    private readonly long[] _messagesSeen;

    private ChunkCycle(Ticker ticker, StoreEngine engine, TaskScheduler? background)
    {
        Ticker = ticker;
        _engine = engine;
        _background = background;
        _chunksSeen = new int[engine.Shards.Length];
        _messagesSeen = new long[engine.Shards.Length];
    }

    public Ticker Ticker { get; }

    public static ChunkCycle AddTo(FlowGraph graph, StoreEngine engine) =>
        new(graph.AddTicker("chunks", Stage.ShardIntake, Period), engine, graph.Settings.Background);

    public void Start() => Ticker.Start(RunAsync);

    private async Task<bool> RunAsync(Tick tick)
    {
        // The clients of a node that is being filled by another do not wait for huge pages besides.
        if (_engine.Cluster is not { Migrations.IsReceiving: true })
            await MakeHugeAsync();
        return true;
    }

    // Nobody waits for the kernel: on a thread that gives way, where there is one.
    private Task MakeHugeAsync()
    {
        if (_background is null)
        {
            MakeHuge();
            return Task.CompletedTask;
        }

        Task making = new(MakeHuge);
        making.Start(_background);
        return making;
    }

    private void MakeHuge()
    {
        foreach (ShardBlock shard in _engine.Shards)
        {
            for (int left = ChunksNow(shard); left > 0 && shard.Keyspace.Arena.TryCollapseChunk(); left--)
            {
            }
        }
    }

    private int ChunksNow(ShardBlock shard)
    {
        (int chunks, int chunksBefore) = (shard.Keyspace.Arena.Chunks, _chunksSeen[shard.Index]);
        (long messages, long messagesBefore) = (shard.Ledger.Accepted, _messagesSeen[shard.Index]);
        (_chunksSeen[shard.Index], _messagesSeen[shard.Index]) = (chunks, messages);
        if (chunks - chunksBefore > ChunksOfSlowGrowth || shard.IsWalked)
            return 0;
        return messages - messagesBefore < MessagesAtRest ? ChunksAtRest : ChunksWhenBusy;
    }
}
