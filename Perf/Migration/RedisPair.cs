using System.Globalization;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Migration;

/// <summary>Two redis-servers in cluster mode, and redis-cli --cluster reshard.</summary>
internal sealed class RedisPair : NodePair
{
    private const int ReadySeconds = 30;
    private const int ReshardSeconds = 600;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    private readonly string _cli;
    private readonly int _pipeline;
    private readonly TimeProvider _time;

    private RedisPair(ServerProcess source, ServerProcess target, string cli, int pipeline, TimeProvider time)
        : base(source, target)
    {
        _cli = cli;
        _pipeline = pipeline;
        _time = time;
    }

    /// <summary>Starts both, has them meet, and returns when both say that the cluster is well.</summary>
    public static async Task<RedisPair> StartAsync(ServerLaunch launch, string cli, int pipeline, TimeProvider time, CancellationToken cancellation)
    {
        (ServerProcess source, ServerProcess target) = await StartAsync(
            launch, static _ => ["--cluster-enabled", "yes", "--cluster-port", ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture)], cancellation);
        RedisPair pair = new(source, target, cli, pipeline, time);
        try
        {
            await pair.MeetAsync(cancellation);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    protected override async Task<Moved> MoveNextAsync(int slots, CancellationToken cancellation)
    {
        string from = (await AskAsync(Source, ["CLUSTER", "MYID"], cancellation)).Text;
        string to = (await AskAsync(Target, ["CLUSTER", "MYID"], cancellation)).Text;
        long began = _time.GetTimestamp();
        await ProgramRun.ToEndAsync(
            [
                _cli, "--cluster", "reshard", Address(Source), "--cluster-from", from, "--cluster-to", to, "--cluster-slots", Text(slots), "--cluster-yes",
                "--cluster-pipeline", Text(_pipeline),
            ],
            "redis-cli --cluster reshard", TimeSpan.FromSeconds(ReshardSeconds), cancellation);
        return new Moved(_time.GetElapsedTime(began).TotalSeconds);
    }

    private async Task MeetAsync(CancellationToken cancellation)
    {
        await AskAsync(Source, ["CLUSTER", "ADDSLOTSRANGE", "0", "16383"], cancellation);
        await AskAsync(Target, ["CLUSTER", "MEET", "127.0.0.1", Text(Source.Port), await BusAsync(Source, cancellation)], cancellation);
        long began = _time.GetTimestamp();
        foreach (ServerProcess node in (ServerProcess[])[Source, Target])
        {
            while (await ServerStateAsync(node, cancellation) is not { } state || state.Number("cluster_known_nodes") != 2 || state["cluster_state"] != "ok")
            {
                if (_time.GetElapsedTime(began).TotalSeconds > ReadySeconds)
                    throw new TimeoutException($"two redis-servers have not met within {ReadySeconds} s.");
                await Task.Delay(Rest, _time, cancellation);
            }
        }
    }

    private static async Task<Dictionary<string, string>> ServerStateAsync(ServerProcess node, CancellationToken cancellation)
        => ServerInfo.Parse((await AskAsync(node, ["CLUSTER", "INFO"], cancellation)).Text);

    // id ip:port@bus flags ...
    private static async Task<string> BusAsync(ServerProcess node, CancellationToken cancellation)
        => (await AskAsync(node, ["CLUSTER", "NODES"], cancellation)).Text.Split(' ')[1].Split('@', ',')[1];

    private static string Address(ServerProcess node) => $"127.0.0.1:{node.Port}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
