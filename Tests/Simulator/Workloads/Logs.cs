using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>
/// Clients append lines with their number and a sequence to lists that they share. In the end each acknowledged line is there once, no line is there twice,
/// and each client's lines stand in the order in which it sent them.
/// </summary>
internal sealed class Logs : Workload
{
    private const int Lists = 3;

    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);

    public override string Name => "logs";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int client = c;
            int sequence = 0;
            bench.Start($"logger {client}", async (connection, random) =>
            {
                while (sequence < operations)
                {
                    string line = string.Create(CultureInfo.InvariantCulture, $"{client}:{sequence++:0000}");
                    string list = ListOf(random.Below(Lists));
                    _sent.Add(line);
                    if (await connection.CallAsync("RPUSH", list, line) is not { } reply)
                        return sequence < operations;
                    if (!IsRefusal(reply))
                    {
                        bench.Oracle.Require(reply.Kind == RespKind.Integer && reply.Integer > 0, Wrong.Reply, $"RPUSH {list} answered {reply}");
                        _acknowledged.Add(line);
                    }

                    if (random.Chance(0.2))
                        await bench.Delay(random.Below(30));
                }

                return false;
            });
        }
    }

    public override Action<Oracle, FinalImage> Mark()
    {
        HashSet<string> acknowledged = [.. _acknowledged];
        HashSet<string> sent = [.. _sent];
        return (oracle, image) => Judge(oracle, image, acknowledged, sent);
    }

    private static void Judge(Oracle oracle, FinalImage image, HashSet<string> acknowledged, HashSet<string> sent)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string list in Enumerable.Range(0, Lists).Select(ListOf))
        {
            var last = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string line in image.List(list))
            {
                string client = line.Split(':')[0];
                oracle.Require(sent.Contains(line), Wrong.Reply, $"{list} holds {line}, which nobody sent");
                oracle.Require(seen.Add(line), Wrong.Doubled, $"{line} is there twice");
                oracle.Require(string.CompareOrdinal(line, last.GetValueOrDefault(client, string.Empty)) > 0, Wrong.Reply, $"{line} stands behind a later line in {list}");
                last[client] = line;
            }
        }

        foreach (string line in acknowledged.Order(StringComparer.Ordinal).Where(line => !seen.Contains(line)))
            oracle.Report(Wrong.Lost, $"{line} was acknowledged and is not there");
    }

    private static string ListOf(int index) => string.Create(CultureInfo.InvariantCulture, $"log:{index}");
}
