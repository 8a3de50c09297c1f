using System.Globalization;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Values of all types come, change type, move between shards and go, in database 1. Nothing is claimed of them but that every command is answered and no memory is left.</summary>
internal sealed class Churn : Workload
{
    public override string Name => "churn";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int left = operations;
            bench.Start($"churn {c}", async (connection, random) =>
            {
                if (await connection.CallAsync("SELECT", "1") is null)
                    return left > 0;
                while (left > 0)
                {
                    int depth = random.Between(1, 6);
                    left -= depth;
                    if (!await RunAsync(bench.Oracle, connection, random, depth))
                        return left > 0;
                    if (random.Chance(0.2))
                        await bench.Delay(random.Below(30));
                }

                return false;
            });
        }
    }

    private static async Task<bool> RunAsync(Oracle oracle, SimClient connection, SimRandom random, int depth)
    {
        string[][] commands = [.. Enumerable.Range(0, depth).Select(_ => Command(random))];
        await connection.SendAsync(commands);
        foreach (string[] command in commands)
        {
            if (await connection.ReadAsync() is not { } reply)
                return false;
            bool isExpected = !reply.IsError || IsRefusal(reply) || reply.Text.StartsWith("WRONGTYPE", StringComparison.Ordinal)
                || reply.Text is "ERR no such key" or "ERR source and destination objects are the same";
            oracle.Require(isExpected, Wrong.Reply, $"{string.Join(' ', command)} answered {reply}");
        }

        return true;
    }

    private static string[] Command(SimRandom random) => random.Below(16) switch
    {
        0 => ["SET", Key(random), Text(random)],
        1 => ["MSET", Key(random), Text(random), Key(random), Text(random)],
        2 => ["RENAME", Key(random), Key(random)],
        3 => ["HSET", Key(random), Text(random), Text(random)],
        4 => ["SADD", Key(random), Text(random), Text(random), "3"],
        5 => ["SUNIONSTORE", Key(random), Key(random), Key(random)],
        6 => ["ZADD", Key(random), "1", Text(random), "2", "two"],
        7 => ["ZUNIONSTORE", Key(random), "2", Key(random), Key(random)],
        8 => ["LMOVE", Key(random), Key(random), "LEFT", "RIGHT"],
        9 => ["RPUSH", Key(random), Text(random), Text(random)],
        10 => ["UNLINK", Key(random), Key(random)],
        11 => ["COPY", Key(random), Key(random), "REPLACE"],
        12 => ["PEXPIRE", Key(random), "20"],
        13 => ["PFADD", Key(random), Text(random)],
        14 => random.Chance(0.2) ? ["FLUSHDB", random.Pick(["SYNC", "ASYNC"])] : ["SCAN", "0", "COUNT", "100"],
        _ => ["SETRANGE", Key(random), "200", Text(random)],
    };

    private static string Key(SimRandom random) => string.Create(CultureInfo.InvariantCulture, $"any:{random.Below(12)}");

    private static string Text(SimRandom random) => new((char)('a' + random.Below(26)), random.Pick([1, 8, 30, 300]));
}
