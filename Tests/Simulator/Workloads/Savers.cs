using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Clients ask for snapshots in every way there is, at times at once and at times in a row.</summary>
internal sealed class Savers : Workload
{
    private const string InProgress = "ERR Background save already in progress";

    /// <summary>What they ask for.</summary>
    public static IReadOnlyList<string[]> Wishes { get; } = [["SAVE"], ["SAVE", "RDB"], ["SAVE", "DF"], ["BGSAVE"], ["BGSAVE", "SCHEDULE"], ["LASTSAVE"]];

    public override string Name => "savers";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            int left = operations;
            bench.Start($"saver {c}", async (connection, random) =>
            {
                while (left-- > 0)
                {
                    await bench.Delay(random.Below(random.Pick([2, 300])));
                    if (!await AskAsync(bench.Oracle, connection, random))
                        return left > 0;
                }

                return false;
            });
        }
    }

    /// <summary>Whether an answer to one of the wishes is in order; why a snapshot failed is judged elsewhere.</summary>
    public static bool IsExpected(string[] words, RespValue reply) => words[0] switch
    {
        _ when IsRefusal(reply) => true,
        "SAVE" => reply.Text == "OK" || reply.IsError,
        "BGSAVE" => reply.Text is "Background saving started" or "Background saving scheduled" or InProgress,
        _ => reply.Kind == RespKind.Integer,
    };

    private static async Task<bool> AskAsync(Oracle oracle, SimClient connection, SimRandom random)
    {
        string[] words = random.Pick(Wishes);
        if (await connection.CallAsync(words) is not { } reply)
            return false;
        oracle.Require(IsExpected(words, reply), Wrong.Reply, $"{string.Join(' ', words)} answered {reply}");
        return true;
    }
}
