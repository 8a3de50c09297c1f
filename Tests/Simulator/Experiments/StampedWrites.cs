using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// Clients append lines "client:sequence" to lists that exist already, until the store stops. A line may be there once: an append that is applied twice shows, as a
/// SET would not.
/// </summary>
internal sealed class StampedWrites
{
    /// <summary>Lists that each client writes to; they lie on different shards.</summary>
    public const int ListsPerClient = 4;

    private readonly Dictionary<string, List<string>> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Lines that were acknowledged.</summary>
    public int Acknowledged => _acknowledged.Values.Sum(lines => lines.Count);

    /// <summary>Lines that were acknowledged and are not in the store; known when they have been judged.</summary>
    public int Lost { get; private set; }

    /// <summary>Lines that are there twice, or that nobody was told of but an error; known when they have been judged.</summary>
    public int Doubled { get; private set; }

    /// <summary>The lists of so many clients.</summary>
    public static IEnumerable<string> ListsOf(int clients) => Enumerable.Range(0, clients).SelectMany(client => Enumerable.Range(0, ListsPerClient).Select(list => ListOf(client, list)));

    /// <summary>Starts the clients.</summary>
    public void Start(Bench bench, int clients)
    {
        foreach (string list in ListsOf(clients))
            _acknowledged[list] = [];
        for (int c = 0; c < clients; c++)
        {
            int client = c, sequence = 0;
            bench.Start(string.Create(CultureInfo.InvariantCulture, $"writer {client}"), async (connection, random) =>
            {
                while (true)
                {
                    int depth = random.Chance(0.5) ? 1 : random.Between(2, 8);
                    string[][] commands = [.. Enumerable.Range(0, depth).Select(_ => Command(client, sequence++, random))];
                    if (!await RunAsync(connection, commands))
                        return false;
                    if (random.Chance(0.4))
                        await bench.Delay(random.Below(6));
                }
            });
        }
    }

    /// <summary>Holds what clients were told against what the store held at the end; null if nothing of it could be read.</summary>
    public void Judge(FinalImage? image)
    {
        foreach ((string list, List<string> acknowledged) in _acknowledged)
        {
            Dictionary<string, int> held = (image?.List(list) ?? []).GroupBy(line => line).ToDictionary(line => line.Key, line => line.Count());
            Lost += acknowledged.Count(line => !held.ContainsKey(line));
            Doubled += held.Sum(line => line.Value - 1) + held.Keys.Except(acknowledged).Count(line => !_unknown.Contains(line) && line != StoreFill.FirstLine);
        }
    }

    private static string ListOf(int client, int list) => string.Create(CultureInfo.InvariantCulture, $"log:{client}:{list}");

    private static string[] Command(int client, int sequence, SimRandom random) =>
        ["RPUSH", ListOf(client, random.Below(ListsPerClient)), string.Create(CultureInfo.InvariantCulture, $"{client}:{sequence}")];

    // False: the store stops, or the connection is down.
    private async Task<bool> RunAsync(SimClient connection, string[][] commands)
    {
        await connection.SendAsync(commands);
        bool isUp = true, goesOn = true;
        foreach (string[] command in commands)
        {
            // Once the connection is down nothing that still arrives on it is an answer to what was sent later.
            RespValue? reply = isUp ? await connection.ReadAsync() : null;
            isUp = reply is not null;
            goesOn &= reply is { Kind: RespKind.Integer };
            if (reply is null)
                _unknown.Add(command[2]);
            else if (reply is { Kind: RespKind.Integer })
                _acknowledged[command[1]].Add(command[2]);
        }

        return goesOn;
    }
}
