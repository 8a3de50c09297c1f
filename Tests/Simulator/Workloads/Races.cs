using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Clients add 1 to one number by WATCH, GET, MULTI, SET, EXEC: an EXEC succeeds only if nobody else was in between, so no addition is lost.</summary>
internal sealed class Races : Workload
{
    private const string Key = "raced";

    private readonly Tally _tally = new();

    public override string Name => "races";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int left = operations;
            bench.Start($"racer {c}", async (connection, random) =>
            {
                while (left-- > 0)
                {
                    if (!await AddAsync(bench, connection))
                        return left > 0;
                    if (random.Chance(0.2))
                        await bench.Delay(random.Below(30));
                }

                return false;
            });
        }
    }

    public override Action<Oracle, FinalImage> Mark()
    {
        Tally known = _tally.Copy();
        return (oracle, image) => oracle.RequireContract(Key, known, image.Number(Key));
    }

    private async Task<bool> AddAsync(Bench bench, SimClient connection)
    {
        if (await connection.CallAsync("WATCH", Key) is null || await connection.CallAsync("GET", Key) is not { } read)
            return false;
        if (read.IsError)
            return true;
        _tally.Send();
        long next = read.IsNull ? 1 : read.Integer + 1;
        await connection.SendAsync([["MULTI"], ["SET", Key, next.ToString(CultureInfo.InvariantCulture)], ["EXEC"]]);
        RespValue? exec = await connection.ReadAsync() is null || await connection.ReadAsync() is null ? null : await connection.ReadAsync();
        if (exec is null)
        {
            _tally.Count(null);
            return false;
        }

        bool done = !exec.IsNull && !exec.IsError;
        bench.Oracle.Require(
            !done || (exec.Items.Count == 1 && exec[0].Text == "OK"), Wrong.Reply, $"EXEC answered {exec}");
        _tally.Count(done);
        return true;
    }
}
