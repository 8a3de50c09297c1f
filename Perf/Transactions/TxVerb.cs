using System.CommandLine;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>The verb <c>tx</c>: the transaction policies beside each other, in process.</summary>
internal static class TxVerb
{
    private const string Base = "ordered";

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        TxOptions usual = new();
        Option<CommaList<string>> policies = Cli.Names("--policies", "Policies to compare.", usual.Policies, usual.Policies);
        Option<CommaList<int>> multi = Cli.Numbers("--multi-percent", "Percent of the commands that are over several keys.", usual.MultiPercents, 0, 100);
        Option<CommaList<int>> keysOf = Cli.Numbers("--keys-per-tx", "Keys of such a command.", usual.KeysPerTransaction, 2, 64);
        Option<CommaList<int>> skew = Cli.Numbers("--skew", "Zipf's exponent in hundredths; 0 takes every key alike.", usual.SkewHundredths, 0, 300);
        Option<int> shards = Cli.Number("--shards", "Shards.", usual.Shards, 2, 64);
        Option<int> clients = Cli.Number("--clients", "Clients, each on a thread.", usual.Clients, 1, 64);
        Option<int> keys = Cli.Number("--keys", "Keys.", usual.Keys, 100, 10_000_000);
        Option<int> commands = Cli.Number("--commands", "Commands of each client in a run.", usual.Commands, 100, 100_000_000);
        Option<int> rounds = Cli.Number("--rounds", "Rounds.", usual.Rounds, 1, 100);
        Option<bool> smoke = new("--smoke") { Description = "Only show that it runs: one small case, no figures to trust." };
        Command command = new("tx", "Compares the transaction policies over the share of commands with several keys, their number of keys, and skew.")
        {
            policies, multi, keysOf, skew, shards, clients, keys, commands, rounds, smoke,
        };
        command.SetAction((parsed, cancellation) =>
        {
            TxOptions options = new()
            {
                Policies = parsed.GetRequiredValue(policies).Items,
                MultiPercents = parsed.GetRequiredValue(multi).Items,
                KeysPerTransaction = parsed.GetRequiredValue(keysOf).Items,
                SkewHundredths = parsed.GetRequiredValue(skew).Items,
                Shards = parsed.GetRequiredValue(shards),
                Clients = parsed.GetRequiredValue(clients),
                Keys = parsed.GetRequiredValue(keys),
                Commands = parsed.GetRequiredValue(commands),
                Rounds = parsed.GetRequiredValue(rounds),
            };
            return RunAsync(parsed.GetValue(smoke) ? options.Smoke() : options, TimeProvider.System, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(TxOptions options, TimeProvider time, CancellationToken cancellation)
    {
        TxCase[] cases = [.. options.Cases()];
        ResultsFolder folder = new("tx", time);
        IReadOnlyList<TxResult> results = await TxSweep.RunAsync(options, time, cancellation);
        folder.Show(Figures(options, cases, results));
        folder.WriteRun(new { options });
        folder.WriteSamples(TxResult.CsvHeader, results.Select(result => result.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Done;
    }

    private static Grid Figures(TxOptions options, IEnumerable<TxCase> cases, IReadOnlyList<TxResult> results)
    {
        Grid grid = new($"{options.Clients} clients, {options.Shards} shards, {options.Keys:N0} keys; ratios to {Base} of the same round",
            "multi %", "keys", "skew", "policy", "kcmd/s", "ratio", "CPU s/Mop", "ratio", "hops/tx", "retries/tx", "out of order/tx", "parked/tx");
        foreach (TxCase load in cases)
        {
            foreach (string policy in options.Policies)
            {
                TxResult[] mine = [.. results.Where(result => result.Load == load && result.Policy == policy)];
                TxResult[] bases = [.. results.Where(result => result.Load == load && result.Policy == Base)];
                grid.Add($"{load.MultiPercent}", $"{load.KeysPerTransaction}", Numbers.Plain(load.SkewHundredths / 100.0), policy,
                    Numbers.Plain(Median.Of(mine.Select(result => result.CommandsPerSecond / 1000)).Value), Ratio(mine, bases, result => result.CommandsPerSecond),
                    Numbers.Plain(Median.Of(mine.Select(result => result.CpuSecondsPerMillion)).Value), Ratio(mine, bases, result => result.CpuSecondsPerMillion),
                    PerTransaction(mine, result => result.Hops), PerTransaction(mine, result => result.Retries),
                    PerTransaction(mine, result => result.OutOfOrder), PerTransaction(mine, result => result.ParkedLanes));
            }
        }

        return grid;
    }

    private static string Ratio(TxResult[] mine, TxResult[] bases, Func<TxResult, double> figure)
    {
        double[] ratios = [.. mine.Join(bases, result => result.Round, other => other.Round, (result, other) => figure(result) / figure(other))];
        return ratios.Length == 0 ? Numbers.None : Numbers.Spread(Median.Of(ratios));
    }

    private static string PerTransaction(TxResult[] mine, Func<TxResult, long> counter)
    {
        long transactions = mine.Sum(result => result.Transactions);
        return transactions == 0 ? Numbers.None : Numbers.Plain((double)mine.Sum(counter) / transactions);
    }
}
