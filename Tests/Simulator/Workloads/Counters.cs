using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>
/// Each client increments counters of its own, over all shards, in pipelines: the n-th increment of a counter must answer n, within what may have been done
/// without an answer. INCR is not idempotent, so what is applied twice shows.
/// </summary>
internal sealed class Counters : Workload
{
    private const int KeysPerClient = 3;

    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);

    public override string Name => "counters";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int client = c;
            for (int k = 0; k < KeysPerClient; k++)
                _tallies[Key(client, k)] = new Tally();
            int left = operations;
            bench.Start($"counter {client}", async (connection, random) =>
            {
                while (left > 0)
                {
                    int depth = random.Chance(0.5) ? 1 : random.Between(2, 12);
                    left -= depth;
                    if (!await RunAsync(bench, connection, random, client, depth))
                        return left > 0;
                    if (random.Chance(0.3))
                        await bench.Delay(random.Below(20));
                }

                return false;
            });
        }
    }

    public override Action<Oracle, FinalImage> Mark()
    {
        (string Key, Tally Tally)[] known = [.. _tallies.Select(entry => (entry.Key, entry.Value.Copy()))];
        return (oracle, image) =>
        {
            foreach ((string key, Tally tally) in known)
                oracle.RequireContract(key, tally, image.Number(key));
        };
    }

    private static string Key(int client, int key) => string.Create(CultureInfo.InvariantCulture, $"n:{client}:{key}");

    // False: the connection is down.
    private async Task<bool> RunAsync(Bench bench, SimClient connection, SimRandom random, int client, int depth)
    {
        string[] keys = [.. Enumerable.Range(0, depth).Select(_ => Key(client, random.Below(KeysPerClient)))];
        foreach (string key in keys)
            _tallies[key].Send();
        await connection.SendAsync(keys.Select(key => new[] { "INCR", key }));
        bool isUp = true;
        foreach (string key in keys)
        {
            RespValue? reply = isUp ? await connection.ReadAsync() : null;
            isUp = reply is not null;
            Check(bench.Oracle, key, reply);
        }

        return isUp;
    }

    private void Check(Oracle oracle, string key, RespValue? reply)
    {
        Tally tally = _tallies[key];
        if (reply is null || IsRefusal(reply))
        {
            tally.Count(reply is null ? null : false);
            return;
        }

        if (reply.Kind != RespKind.Integer)
        {
            oracle.Report(Wrong.Reply, $"INCR {key} answered {reply}");
            return;
        }

        oracle.Require(
            reply.Integer > tally.Acknowledged && reply.Integer <= tally.Acknowledged + tally.Unknown + 1,
            Wrong.Doubled,
            $"INCR {key} answered {reply.Integer} after {tally}");
        tally.Count(true);
    }
}
