using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>
/// Half of the clients push tokens, the others pop them with blocking commands from several keys, or move them on. A token is popped once; one that was
/// acknowledged is in the store, or was popped, or was on its way to a client whose connection went down: one for each such client at most.
/// </summary>
internal sealed class Queues : Workload
{
    private const int Keys = 3;

    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _popped = new(StringComparer.Ordinal);
    private int _unknownPops;
    private int _popsUnderWay;

    public override string Name => "queues";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int client = c;
            int left = operations;
            bench.Start($"queue {client}", async (connection, random) =>
            {
                while (left-- > 0)
                {
                    bool isUp = client % 2 == 0
                        ? await PushAsync(bench.Oracle, connection, random, string.Create(CultureInfo.InvariantCulture, $"{client}:{left}"))
                        : await PopAsync(bench.Oracle, connection, random);
                    if (!isUp)
                        return left > 0;
                    if (random.Chance(0.4))
                        await bench.Delay(random.Below(40));
                }

                return false;
            });
        }
    }

    public override Action<Oracle, FinalImage> Mark()
    {
        HashSet<string> acknowledged = [.. _acknowledged];
        HashSet<string> popped = [.. _popped];
        int unknown = _unknownPops + _popsUnderWay;
        return (oracle, image) => Judge(oracle, image, acknowledged, popped, unknown);
    }

    private static void Judge(Oracle oracle, FinalImage image, HashSet<string> acknowledged, HashSet<string> popped, int unknownPops)
    {
        var stored = new HashSet<string>(StringComparer.Ordinal);
        foreach (string token in Enumerable.Range(0, Keys).Select(Key).Append("moved").SelectMany(image.List))
        {
            oracle.Require(stored.Add(token), Wrong.Doubled, $"token {token} is there twice");
            oracle.Require(!popped.Contains(token), Wrong.Doubled, $"token {token} was popped and is there");
        }

        string[] gone = [.. acknowledged.Where(token => !stored.Contains(token) && !popped.Contains(token)).Order(StringComparer.Ordinal)];
        oracle.Require(gone.Length <= unknownPops, Wrong.Lost, $"{gone.Length} tokens are gone ({string.Join(' ', gone)}), {unknownPops} pops had no answer");
    }

    private static string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"queue:{index}");

    private async Task<bool> PushAsync(Oracle oracle, SimClient connection, SimRandom random, string token)
    {
        _pushed.Add(token);
        RespValue? reply = await connection.CallAsync(random.Chance(0.5) ? "LPUSH" : "RPUSH", Key(random.Below(Keys)), token);
        if (reply is null || IsRefusal(reply))
            return reply is not null;
        oracle.Require(reply.Kind == RespKind.Integer, Wrong.Reply, $"a push answered {reply}");
        _acknowledged.Add(token);
        return true;
    }

    private async Task<bool> PopAsync(Oracle oracle, SimClient connection, SimRandom random)
    {
        string timeout = random.Pick(["0", "0.05", "0.4"]);
        int first = random.Below(Keys);
        bool moves = random.Chance(0.25);
        _popsUnderWay++;
        RespValue? reply = moves
            ? await connection.CallAsync("BLMOVE", Key(first), random.Chance(0.3) ? "moved" : Key((first + 1) % Keys), "LEFT", "RIGHT", timeout)
            : await connection.CallAsync(random.Chance(0.5) ? "BLPOP" : "BRPOP", Key(first), Key((first + 1) % Keys), Key((first + 2) % Keys), timeout);
        _popsUnderWay--;
        if (reply is null)
        {
            _unknownPops += moves ? 0 : 1;
            return false;
        }

        if (IsRefusal(reply) || reply.IsNull || moves)
            return true;
        oracle.Require(reply.Items.Count == 2, Wrong.Reply, $"a pop answered {reply}");
        if (reply.Items.Count != 2)
            return true;
        string token = reply[1].Text;
        oracle.Require(_pushed.Contains(token), Wrong.Reply, $"popped {token}, which nobody pushed");
        oracle.Require(_popped.Add(token), Wrong.Doubled, $"token {token} was popped twice");
        return true;
    }
}
