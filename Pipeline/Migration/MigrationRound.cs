// Owner: the task that executes it. Abort may be called by any thread, at any time, any number of times: it latches.

using System.Globalization;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// One round of a migration at its source, as a graph built for the occasion: on each shard streamer - writer. All exist before the cut, in which all register
/// (fault F06). Whatever ends it, nothing of it is left when <see cref="RunAsync"/> returns: no registration, no write, no link.
/// </summary>
internal sealed class MigrationRound
{
    // This process has never asked it to: one before has, or a configuration was forced.
    private const string TakenText = "the target has taken the slots over already, and this node has kept them: a configuration must decide";

    // More than can be outstanding, so that the shard never meets it.
    private const int ChunksMax = 1 << 16;

    // A shorter timer is waited for millisecond by millisecond (decision 69); a busy shard sends what has gathered by itself, and nobody reads it at the target yet.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(32);

    private readonly StoreEngine _engine;
    private readonly OutgoingMigration _migration;
    private readonly MigrationLimits _limits;
    private readonly string _name;
    private readonly int _number;
    private readonly RestoreStreamer[] _streamers;
    private readonly PeerLinks _links;
    private readonly WalkPace _pace;
    private Ticker? _look;
    private HandOver? _handOver;
    private Exception? _aborted;

    public MigrationRound(StoreEngine engine, IPeerNetwork network, OutgoingMigration migration, string name, int number)
    {
        _engine = engine;
        _migration = migration;
        _limits = MigrationLimits.Of(engine.Config, engine.Shards.Length);
        _name = $"{name}-round-{number}";
        _number = number;
        _streamers = [.. engine.Shards.Select(shard => new RestoreStreamer(engine, shard, $"{_name}/streamer-{shard.Index}", migration.Declared.Slots, _limits))];
        _links = new PeerLinks(engine, network, migration.Declared.Ip, migration.Declared.Port, _limits.Connect);
        _pace = new WalkPace(engine.Shards);
    }

    /// <summary>Keys given so far.</summary>
    public long Keys => _streamers.Sum(streamer => streamer.Keys);

    /// <summary>Changes given so far.</summary>
    public long Changes => _streamers.Sum(streamer => streamer.Changes);

    /// <summary>Bytes given so far.</summary>
    public long Bytes => _streamers.Sum(streamer => streamer.Bytes);

    /// <summary>The most bytes that have waited to be written.</summary>
    public long BytesWaitingMax => _streamers.Sum(streamer => streamer.BytesWaitingMax);

    /// <summary>How long writes have waited.</summary>
    public TimeSpan Paused => _handOver?.Paused ?? TimeSpan.Zero;

    /// <summary>Ends it.</summary>
    public void Abort(Exception reason)
    {
        Interlocked.CompareExchange(ref _aborted, reason, null);
        _links.Cut();
        foreach (RestoreStreamer streamer in _streamers)
            streamer.Fault(_aborted!);
    }

    /// <summary>Runs to the hand-over; throws the reason if it failed, after everything of it has ended.</summary>
    public async Task RunAsync()
    {
        FlowScope? scope = null;
        try
        {
            (_, PeerConversation control) = await _links.OpenAsync();
            int round = await InitAsync(control);
            List<IPeerLink> flows = await OpenFlowsAsync(round);
            scope = _engine.Graph!.AddTransient(_name, building => Build(building, flows));
            await CutAsync();
            _migration.Progress.Connected(_number);
            _pace.Start();
            _look!.Start(LookForGatheredAsync);
            await Task.WhenAny(Task.WhenAll(_streamers.Select(streamer => streamer.Walked)), scope.Completion);
            _pace.End();
            await new CatchUp(_engine, _streamers, _limits).RunAsync(control);
            _handOver = new HandOver(_engine, _migration, _number, _streamers, _links, _limits);
            await _handOver.RunAsync(control, scope.Completion);
        }
        catch (Exception thrown)
        {
            Abort(thrown);
            _look?.Complete();
            await EndOfAsync(scope);
            throw CauseOf(scope, thrown);
        }
        finally
        {
            _pace.End();
            _look?.Complete();
            await EndOfAsync(scope);
            await _links.CloseAsync();
        }
    }

    private async Task<int> InitAsync(PeerConversation control)
    {
        MigrationRequest init = new MigrationRequest.Init(_engine.Cluster!.Id, _streamers.Length, _migration.Declared.Slots);
        RespValue reply = await control.AskAsync(init.ToWords(), _limits.Connect);
        if (reply.Kind == RespKind.Integer)
            return (int)reply.Integer;
        throw reply.Text switch
        {
            MigrationRequest.OutOfMemory => new MigrationException("the target is out of memory", isFatal: true),
            MigrationRequest.UnknownMigration => new MigrationException("the target does not know of the migration yet: its configuration is another"),
            MigrationRequest.HasFinished => new MigrationException(TakenText, isFatal: true),
            string other => new MigrationException($"the target refuses INIT: {other}"),
        };
    }

    private async Task<List<IPeerLink>> OpenFlowsAsync(int round)
    {
        List<IPeerLink> flows = [];
        for (int shard = 0; shard < _streamers.Length; shard++)
        {
            (IPeerLink link, PeerConversation conversation) = await _links.OpenAsync();
            MigrationRequest flow = new MigrationRequest.Flow(_engine.Cluster!.Id, shard, round);
            RespValue reply = await conversation.AskAsync(flow.ToWords(), _limits.Connect);
            if (reply.IsError)
                throw new MigrationException(string.Create(CultureInfo.InvariantCulture, $"the target refuses FLOW {shard}: {reply.Text}"));
            flows.Add(link);
        }

        return flows;
    }

    private void Build(FlowScope scope, List<IPeerLink> flows)
    {
        _pace.AddTo(scope, Stage.Walks);
        _look = scope.AddTicker("look", Stage.Walks, Look);
        for (int i = 0; i < _streamers.Length; i++)
        {
            RestoreStreamer streamer = scope.Adopt($"streamer-{i}", Stage.Streamers, Upstreams.None, _streamers[i]);
            IPeerLink link = flows[i];
            streamer.Feed(scope.AddAction<FlowChunk>($"writer-{i}", Stage.Sinks, [streamer], chunk => WriteAsync(streamer, link, chunk), new BlockOptions { Bound = ChunksMax, IsBackground = true }));
            _ = _pace.FollowAsync(streamer.Walked);
        }
    }

    // The scope, whose end tells the hand-over that a flow is lost, does not outlive its streamers for this.
    private Task<bool> LookForGatheredAsync(Tick tick)
    {
        bool isOver = true;
        foreach (RestoreStreamer streamer in _streamers)
        {
            streamer.LookForGathered();
            isOver &= streamer.Completion.IsCompleted;
        }

        return Task.FromResult(!isOver);
    }

    private async Task WriteAsync(RestoreStreamer streamer, IPeerLink link, FlowChunk chunk)
    {
        int bytes = chunk.Length;
        try
        {
            await Deadlines.WithinAsync(link.WriteAsync(chunk.Frames.WrittenMemory).AsTask(), _limits.Write, _engine.Time, link.Abort);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the target has not taken {bytes} bytes within {_limits.Write.TotalMilliseconds} ms");
        }
        finally
        {
            chunk.Dispose();
        }

        streamer.Written(bytes);
    }

    private async Task CutAsync()
    {
        bool isWhole = true;
        bool ran = await GlobalWork.RunAsync(_engine, () =>
        {
            foreach (RestoreStreamer streamer in _streamers)
                isWhole &= streamer.Register();
        });
        if (!ran || !isWhole)
            throw Volatile.Read(ref _aborted) ?? new MigrationException("the shards take no more work");
    }

    // Cancelled is not quiesced: the streamers have left their shards and no write is under way when this returns.
    private static async Task EndOfAsync(FlowScope? scope)
    {
        if (scope is not null)
            await scope.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Who asked for the end says why; else what broke first in the graph.
    private Exception CauseOf(FlowScope? scope, Exception thrown)
    {
        if (Volatile.Read(ref _aborted) is { } aborted && !ReferenceEquals(aborted, thrown))
            return aborted;
        return thrown is MigrationException ? thrown : scope?.Completion.Exception?.GetBaseException() ?? thrown;
    }
}
