using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Clients set keys that live for some milliseconds and look at them: none is seen after its time, none is gone before.</summary>
internal sealed class Expiries : Workload
{
    public override string Name => "expiries";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int client = c;
            int left = operations;
            bench.Start($"mayfly {client}", async (connection, random) =>
            {
                while (left-- > 0)
                {
                    if (!await LiveAsync(bench, connection, random, string.Create(CultureInfo.InvariantCulture, $"mayfly:{client}:{left}")))
                        return left > 0;
                }

                return false;
            });
        }
    }

    private static async Task<bool> LiveAsync(Bench bench, SimClient connection, SimRandom random, string key)
    {
        int lifeMs = random.Between(1, 300);
        long sentMs = bench.World.NowMs;
        RespValue? set = await connection.CallAsync("SET", key, "alive", "PX", lifeMs.ToString(CultureInfo.InvariantCulture));
        if (set is null || set.IsError)
            return set is not null;
        long setMs = bench.World.NowMs;
        for (int looks = random.Below(4); looks >= 0; looks--)
        {
            await bench.Delay(random.Below(200));
            long askedMs = bench.World.NowMs;
            RespValue? look = await connection.CallAsync("GET", key);
            if (look is null || look.IsError)
                return look is not null;
            // Clocks are read in whole milliseconds, twice.
            bench.Oracle.Require(look.IsNull || askedMs <= setMs + lifeMs + 2, Wrong.Reply, $"{key} is seen {askedMs - setMs} ms after it was set for {lifeMs} ms");
            bench.Oracle.Require(!look.IsNull || bench.World.NowMs + 2 >= sentMs + lifeMs, Wrong.Lost, $"{key} is gone {bench.World.NowMs - sentMs} ms after it was set for {lifeMs} ms");
        }

        return true;
    }
}
