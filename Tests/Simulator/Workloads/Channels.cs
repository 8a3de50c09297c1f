using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>One client publishes numbers, the others listen: each hears a stretch of them without a hole, in order, for as long as its connection lasts.</summary>
internal sealed class Channels : Workload
{
    private bool _published;

    public override string Name => "channels";

    public override void Start(Bench bench, int clients, int operations)
    {
        int sequence = 0;
        bench.Start("publisher", async (connection, random) =>
        {
            while (sequence < operations)
            {
                RespValue? reply = await connection.CallAsync("PUBLISH", "numbers", (++sequence).ToString(CultureInfo.InvariantCulture));
                if (reply is null)
                    return true;
                if (random.Chance(0.3))
                    await bench.Delay(random.Below(20));
            }

            _published = true;
            return false;
        });
        for (int c = 1; c < clients; c++)
            bench.Start($"listener {c}", (connection, _) => ListenAsync(bench.Oracle, connection, operations));
    }

    private async Task<bool> ListenAsync(Oracle oracle, SimClient connection, int operations)
    {
        if (await connection.CallAsync("SUBSCRIBE", "numbers") is not { IsError: false })
            return !_published;
        long last = 0;
        while (await connection.ReadAsync() is { } message)
        {
            bool isMessage = message.Items.Count == 3 && message[0].Text == "message";
            oracle.Require(isMessage, Wrong.Reply, $"a subscriber was told {message}");
            if (!isMessage)
                return false;
            long number = message[2].Integer;
            // A publisher whose connection went down may have left a number out, never sent one twice.
            oracle.Require(number > last, Wrong.Doubled, $"a subscriber heard {number} after {last}");
            last = number;
            if (last == operations)
                return false;
        }

        return !_published;
    }
}
