using DragonflyFlow.Perf.Load;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Migration;

/// <summary>
/// What applications do meanwhile: clients on one thread, each with one command under way, every second one a SET, else a GET, on random keys of all slots. The same
/// clients go through several phases, each ended by its token.
/// </summary>
internal sealed class FollowingLoad : IDisposable
{
    private readonly SlotOwners _owners;
    private readonly MapClient _map;
    private readonly FollowingClient[] _clients;
    private readonly KeyRequest[] _requests;
    private readonly Random _random;
    private readonly int _keys;
    private readonly TimeProvider _time;
    private int _next;

    /// <summary>Connects.</summary>
    public FollowingLoad(NodePair pair, MigrationOptions options, int seed, TimeProvider time)
    {
        _owners = new SlotOwners(pair.Source.Port, pair.Target.Port);
        _map = new MapClient(_owners, time);
        _clients = [.. Enumerable.Range(0, options.Clients).Select(_ => new FollowingClient(_owners, time))];
        _requests = [new KeyRequest(new string('x', options.ValueBytes)), new KeyRequest()];
        _random = new Random(seed);
        _keys = options.Keys;
        _time = time;
    }

    /// <summary>Redirections that were followed so far.</summary>
    public long Redirections => _owners.Redirections;

    /// <summary>Loads the nodes until <paramref name="until"/> is cancelled.</summary>
    public Task<LoadResult> RunAsync(CancellationToken until)
        => Task.Factory.StartNew(() => Run(until), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc />
    public void Dispose()
    {
        _map.Dispose();
        foreach (FollowingClient client in _clients)
            client.Dispose();
    }

    private LoadResult Run(CancellationToken until)
    {
        LatencyHistogram latency = new();
        long start = _time.GetTimestamp();
        while (!until.IsCancellationRequested)
        {
            _map.ComeBy();
            foreach (FollowingClient client in _clients)
            {
                if (client.IsUnderWay)
                    client.Receive(latency);
                if (!client.IsUnderWay)
                    client.Send(Next());
            }
        }

        foreach (FollowingClient client in _clients)
            client.Finish(latency);
        return new LoadResult(latency.Count / _time.GetElapsedTime(start).TotalSeconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }

    private KeyRequest Next()
    {
        KeyRequest request = _requests[_next ^= 1];
        request.Take(_random.Next(_keys));
        return request;
    }
}
