using System.Globalization;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Clients read back values that are bigger than the windows of small links, in pipelines: replies come in pieces, and a client that stalls leaves the server with output.</summary>
internal sealed class Readers : Workload
{
    public override string Name => "readers";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"read:{c}");
            int left = operations;
            bench.Start($"reader {c}", async (connection, random) =>
            {
                string value = new((char)('a' + random.Below(26)), random.Pick([100, 3000, 20_000]));
                if (await connection.CallAsync("SET", key, value) is not { } set)
                    return left > 0;
                while (left > 0 && !set.IsError)
                {
                    int depth = random.Between(1, 4);
                    left -= depth;
                    if (!await ReadAsync(bench.Oracle, connection, key, value, depth))
                        return left > 0;
                    await bench.Delay(random.Below(60));
                }

                return false;
            });
        }
    }

    private static async Task<bool> ReadAsync(Oracle oracle, SimClient connection, string key, string value, int depth)
    {
        await connection.SendAsync(Enumerable.Repeat(new[] { "GET", key }, depth));
        for (int i = 0; i < depth; i++)
        {
            if (await connection.ReadAsync() is not { } reply)
                return false;
            oracle.Require(IsRefusal(reply) || reply.Text == value, Wrong.Reply, $"GET {key} answered {reply.Bytes.Length} bytes, not the {value.Length} that were set");
        }

        return true;
    }
}
