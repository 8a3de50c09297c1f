using System.Globalization;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>
/// Keys enough in database 1 that a walk takes its time, and clients that change them everywhere while it lasts: what a snapshot is held against is the whole state
/// at its cut.
/// </summary>
internal sealed class Ballast : Workload
{
    private const int KeysPerCall = 50;

    private int _keys;
    private int _valueBytes;

    public override string Name => "ballast";

    public override async Task PrepareAsync(SimProcess process, SimRandom random)
    {
        _keys = random.Pick([0, 60, 700, 2000]);
        _valueBytes = random.Pick([8, 100, 900]);
        using DirectClient client = new(process.Engine);
        await client.CallAsync("SELECT", "1");
        for (int from = 0; from < _keys; from += KeysPerCall)
            await client.CallAsync(["MSET", .. Enumerable.Range(from, Math.Min(KeysPerCall, _keys - from)).SelectMany(key => new[] { Key(key), Value(random) })]);
    }

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int left = operations;
            bench.Start($"heaver {c}", async (connection, random) =>
            {
                if (await connection.CallAsync("SELECT", "1") is null)
                    return left > 0;
                while (left > 0)
                {
                    int depth = random.Between(1, 30);
                    left -= depth;
                    if (!await HeaveAsync(bench.Oracle, connection, random, depth))
                        return left > 0;
                    if (random.Chance(0.4))
                        await bench.Delay(random.Below(30));
                }

                return false;
            });
        }
    }

    private async Task<bool> HeaveAsync(Oracle oracle, SimClient connection, SimRandom random, int depth)
    {
        string[][] commands = [.. Enumerable.Range(0, depth).Select(_ => Command(random))];
        await connection.SendAsync(commands);
        foreach (string[] command in commands)
        {
            if (await connection.ReadAsync() is not { } reply)
                return false;
            oracle.Require(!reply.IsError || IsRefusal(reply), Wrong.Reply, $"{string.Join(' ', command)} answered {reply}");
        }

        return true;
    }

    private string[] Command(SimRandom random) => random.Below(8) switch
    {
        0 => ["DEL", Key(random.Below(_keys + 20))],
        1 => ["APPEND", Key(random.Below(_keys + 20)), "more"],
        2 => ["PEXPIRE", Key(random.Below(_keys + 20)), random.Pick(["30", "100000"])],
        3 => ["MSET", Key(random.Below(_keys + 20)), Value(random), Key(random.Below(_keys + 20)), Value(random)],
        4 => random.Chance(0.05) ? ["FLUSHDB"] : ["GET", Key(random.Below(_keys + 20))],
        _ => ["SET", Key(random.Below(_keys + 20)), Value(random)],
    };

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"ballast:{number}");

    private string Value(SimRandom random) => new((char)('a' + random.Below(26)), 1 + random.Below(_valueBytes));
}
