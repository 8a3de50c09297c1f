// Owner: the server's scheduler.

using System.Globalization;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// The streamers of one trial, each a scope of the store's graph with blocks in three stages: source (Walks) - encode (Streamers) - sink (Sinks). Their driver is a
/// gate: when the stop closes it, what has been read has a moment to leave, then the connections are closed.
/// </summary>
internal sealed class StreamerSet
{
    /// <summary>How long what has been read may take to leave once the store stops.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(100);

    private const int PartsMax = 1024;
    private const double StopShareMax = 0.9;

    private readonly SimWorld _world;
    private readonly SimProcess _process;
    private readonly Trial _trial;
    private readonly SimRandom _random;
    private readonly List<StreamSource> _sources = [];
    private readonly List<StreamPeer> _peers = [];
    private readonly List<FlowScope> _scopes = [];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly double _share;
    private ITimer? _limit;
    private int _live;

    public StreamerSet(SimWorld world, SimProcess process, Trial trial)
    {
        _world = world;
        _process = process;
        _trial = trial;
        _random = world.RandomOf("streamers");
        _share = StopShareMax * _random.Below(1000) / 1000;
        process.Graph.AddGate("streamers", Stage.Drivers, Upstreams.None, BeginDrain);
    }

    /// <summary>Ends when the streamers are as far as the trial wants them at its stop.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Streamers whose receivers believe that they have all.</summary>
    public int Whole => _peers.Count(peer => peer.IsEnded);

    /// <summary>Streamers whose receivers believe so and have not, or have something twice.</summary>
    public int Torn => _peers.Zip(_sources).Count(pair => pair.First.KeysAgain > 0 || (pair.First.IsEnded && pair.First.Keys != pair.Second.KeysAtCut));

    /// <summary>Streamers that came upon freed memory themselves.</summary>
    public int Stale => _sources.Count(source => source.WasStale);

    /// <summary>Makes all blocks of all streamers: flows are created first, and started in a second step.</summary>
    public void Build()
    {
        StreamerKind kind = StreamerKind.Find(_trial.Streamer)!;
        for (int i = 0; i < _trial.Streamers; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"stream-{i}");
            SimRandom random = _world.RandomOf(name);
            StreamPeer peer = new(_world, _process.Scheduler, random, _trial.Sink);
            StreamSource source = kind.Make(new StreamPlace(_world, _process.Scheduler, random, _process.Engine, _process.Engine.Shards[i % _process.Engine.Shards.Length], name));
            source.Advanced = LookWhetherReached;
            _peers.Add(peer);
            _sources.Add(source);
            _scopes.Add(_process.Graph.AddTransient(name, scope => Build(scope, source, peer)));
            _live++;
            Following = FollowAsync(_scopes[^1], Following);
        }
    }

    /// <summary>The ends of all streamers, so that they are nobody's detached work.</summary>
    public Task Following { get; private set; } = Task.CompletedTask;

    /// <summary>Starts each, at a moment of its own within so many milliseconds.</summary>
    public void Start(int fromMs, int toMs)
    {
        foreach (StreamSource source in _sources)
            _world.After(TimeSpan.FromMicroseconds(_random.Between(fromMs * 1000, toMs * 1000)), _process.Scheduler, source.Start);
    }

    /// <summary>The receivers begin to stall or to reset, if that is their manner.</summary>
    public void BeginTrouble() => _peers.ForEach(peer => peer.BeginTrouble());

    /// <summary>The trial is over: gives back what the streamers hold.</summary>
    public void Drop() => _sources.ForEach(source => source.Drop());

    private static void Build(FlowScope scope, StreamSource source, StreamPeer peer)
    {
        scope.Adopt("walk", Stage.Walks, Upstreams.None, source);
        var encode = scope.AddTransform<StreamPart, StreamPart>("encode", Stage.Streamers, [source], part => part, new BlockOptions { Bound = PartsMax });
        ITargetBlock<StreamPart> sink = scope.AddAction<StreamPart>("sink", Stage.Sinks, [encode], WriteAsync, new BlockOptions { Bound = 1 }, onError: (_, _) => Lose());
        encode.LinkTo(sink);
        source.Next = encode;

        async Task WriteAsync(StreamPart part)
        {
            await peer.WriteAsync(part);
            source.Taken();
        }

        // A receiver that is gone ends its stream; what was under way to it is counted as failed.
        void Lose()
        {
            source.Complete();
            source.Taken();
        }
    }

    private void BeginDrain()
    {
        if (_live > 0)
            _limit = _process.Time.CreateTimer(_ => _peers.ForEach(peer => peer.Close()), null, DrainLimit, Timeout.InfiniteTimeSpan);
    }

    private async Task FollowAsync(FlowScope scope, Task others)
    {
        await scope.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (--_live == 0)
            _limit?.Dispose();
        await others;
    }

    private void LookWhetherReached()
    {
        bool isReached = _trial.Phase == StopPhase.Finalise
            ? _sources.Exists(source => source.HasWalkedAll)
            : _sources.Sum(source => source.KeysFound) > _share * Math.Max(1, _sources.Sum(source => source.KeysAtCut));
        if (isReached)
            _reached.TrySetResult();
    }
}
