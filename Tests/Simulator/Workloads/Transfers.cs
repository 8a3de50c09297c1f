using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>
/// Clients move money between accounts on all shards, by MULTI or by a script, and count their moves in the same transaction. The sum of all accounts is 0
/// whenever it is read at one moment, and at the end; the counted moves are those that were acknowledged.
/// </summary>
internal sealed class Transfers : Workload
{
    private const int Accounts = 4;

    private const string Script = """
        redis.call('DECRBY', KEYS[1], ARGV[1])
        redis.call('INCRBY', KEYS[2], ARGV[1])
        return redis.call('INCR', KEYS[3])
        """;

    private readonly Dictionary<string, Tally> _moves = new(StringComparer.Ordinal);

    public override string Name => "transfers";

    public override void Start(Bench bench, int clients, int operations)
    {
        for (int c = 0; c < clients; c++)
        {
            string moves = string.Create(CultureInfo.InvariantCulture, $"moves:{c}");
            Tally tally = _moves[moves] = new Tally();
            int left = operations;
            bench.Start($"bank {c}", async (connection, random) =>
            {
                while (left-- > 0)
                {
                    int kind = random.Below(4);
                    if (kind > 0)
                        tally.Send();
                    bool isUp = kind switch
                    {
                        0 => await AuditAsync(bench.Oracle, connection),
                        1 => Note(bench.Oracle, tally, await ByScriptAsync(connection, random, moves)),
                        _ => Note(bench.Oracle, tally, await ByMultiAsync(bench, connection, random, moves)),
                    };
                    if (!isUp)
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
        (string Moves, Tally Tally)[] known = [.. _moves.Select(entry => (entry.Key, entry.Value.Copy()))];
        return (oracle, image) =>
        {
            foreach ((string moves, Tally tally) in known)
                oracle.RequireContract(moves, tally, image.Number(moves));
            long sum = Enumerable.Range(0, Accounts).Sum(account => image.Number(Account(account)));
            oracle.Require(sum == 0, Wrong.Torn, $"the accounts in the image sum up to {sum}");
        };
    }

    private static string Account(int index) => string.Create(CultureInfo.InvariantCulture, $"account:{index}");

    private static string AnyAccount(SimRandom random) => Account(random.Below(Accounts));

    // Done, refused, or unknown; what is no outcome at all is reported by Note.
    private static bool Note(Oracle oracle, Tally tally, (bool IsUp, bool? Done, string? Odd) outcome)
    {
        tally.Count(outcome.Done);
        oracle.Require(outcome.Odd is null, Wrong.Reply, $"a transfer answered {outcome.Odd}");
        return outcome.IsUp;
    }

    private static async Task<(bool IsUp, bool? Done, string? Odd)> ByScriptAsync(SimClient connection, SimRandom random, string moves)
    {
        string amount = random.Between(1, 9).ToString(CultureInfo.InvariantCulture);
        RespValue? reply = await connection.CallAsync("EVAL", Script, "3", AnyAccount(random), AnyAccount(random), moves, amount);
        if (reply is null)
            return (false, null, null);
        if (IsRefusal(reply))
            return (true, false, null);
        return (true, true, reply.Kind == RespKind.Integer ? null : reply.ToString());
    }

    private static async Task<(bool IsUp, bool? Done, string? Odd)> ByMultiAsync(Bench bench, SimClient connection, SimRandom random, string moves)
    {
        string amount = random.Between(1, 9).ToString(CultureInfo.InvariantCulture);
        string[][] commands =
        [
            ["MULTI"], ["DECRBY", AnyAccount(random), amount], ["INCRBY", AnyAccount(random), amount], ["INCR", moves], ["EXEC"],
        ];
        // In one piece, or command by command: a stop may then come inside the MULTI.
        bool inOnePiece = random.Chance(0.5);
        if (inOnePiece)
            await connection.SendAsync(commands);
        RespValue? reply = null;
        for (int i = 0; i < commands.Length; i++)
        {
            if (!inOnePiece)
            {
                await connection.SendAsync(commands[i]);
                if (random.Chance(0.1))
                    await bench.Delay(random.Below(10));
            }

            reply = await connection.ReadAsync();
            // Before EXEC was sent nothing can have been done.
            if (reply is null)
                return (false, !inOnePiece && i < commands.Length - 1 ? false : null, null);
        }

        if (reply!.IsError)
            return (true, false, IsRefusal(reply) || reply.Text.StartsWith("EXECABORT", StringComparison.Ordinal) ? null : reply.ToString());
        return (true, true, reply.Items.Count == 3 ? null : reply.ToString());
    }

    private static async Task<bool> AuditAsync(Oracle oracle, SimClient connection)
    {
        RespValue? reply = await connection.CallAsync(["MGET", .. Enumerable.Range(0, Accounts).Select(Account)]);
        if (reply is null || IsRefusal(reply))
            return reply is not null;
        long sum = reply.Items.Where(item => !item.IsNull).Sum(item => item.Integer);
        oracle.Require(sum == 0, Wrong.Torn, $"MGET of the accounts sums up to {sum}");
        return true;
    }
}
