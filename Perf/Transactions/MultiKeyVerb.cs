using System.CommandLine;
using System.Globalization;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Report.Svg;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>The verb <c>multikey</c>: throughput and CPU as the share of commands over several keys goes from 0 to 100%, one curve for each transaction policy.</summary>
internal static class MultiKeyVerb
{
    private static readonly TxOptions Usual = new()
    {
        MultiPercents = [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
        KeysPerTransaction = [4],
        SkewHundredths = [0],
        Commands = 50_000,
        Rounds = 3,
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Option<CommaList<int>> shares = Cli.Numbers("--shares", "Percent of the commands that are over several keys.", Usual.MultiPercents, 0, 100);
        Option<int> keysOf = Cli.Number("--keys-per-tx", "Keys of such a command.", Usual.KeysPerTransaction[0], 2, 64);
        Option<int> shards = Cli.Number("--shards", "Shards.", Usual.Shards, 2, 64);
        Option<int> clients = Cli.Number("--clients", "Clients, each on a thread.", Usual.Clients, 1, 64);
        Option<int> commands = Cli.Number("--commands", "Commands of each client in a run.", Usual.Commands, 100, 100_000_000);
        Option<int> rounds = Cli.Number("--rounds", "Rounds.", Usual.Rounds, 1, 100);
        Option<bool> smoke = new("--smoke") { Description = "Only show that it runs: few keys, three shares, one round, no figures to trust." };
        Option<string?> into = new("--out") { Description = "The folder of the results, instead of one of their own under results.", HelpName = "DIR" };
        Command command = new("multikey", "Draws throughput over the share of commands with several keys, under each transaction policy.")
        {
            shares, keysOf, shards, clients, commands, rounds, smoke, into,
        };
        command.SetAction((parsed, cancellation) =>
        {
            TxOptions options = Usual with
            {
                MultiPercents = [.. parsed.GetRequiredValue(shares).Items.Order()],
                KeysPerTransaction = [parsed.GetRequiredValue(keysOf)],
                Shards = parsed.GetRequiredValue(shards),
                Clients = parsed.GetRequiredValue(clients),
                Commands = parsed.GetRequiredValue(commands),
                Rounds = parsed.GetRequiredValue(rounds),
            };
            return RunAsync(parsed.GetValue(smoke) ? Shortened(options) : options, parsed.GetValue(into), TimeProvider.System, cancellation);
        });
        return command;
    }

    private static TxOptions Shortened(TxOptions options) => options with { MultiPercents = [0, 50, 100], Keys = 1000, Commands = 2000, Rounds = 1 };

    private static async Task<int> RunAsync(TxOptions options, string? into, TimeProvider time, CancellationToken cancellation)
    {
        ResultsFolder folder = new("multikey", time, into);
        IReadOnlyList<TxResult> results = await TxSweep.RunAsync(options, time, cancellation);
        folder.Show(Figures(options, results));
        folder.WriteRun(new { options });
        folder.WriteSamples(TxResult.CsvHeader, results.Select(result => result.ToCsv()), copy: null);
        folder.WriteFile("multikey.svg", Drawing(options, results).ToString());
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Done;
    }

    private static Grid Figures(TxOptions options, IReadOnlyList<TxResult> results)
    {
        Grid grid = new(
            $"{options.Clients} clients, {options.Shards} shards, commands over {options.KeysPerTransaction[0]} keys; medians of {options.Rounds} rounds",
            ["multi %", .. options.Policies.Select(policy => $"{policy} kcmd/s"), .. options.Policies.Select(policy => $"{policy} CPU s/Mop")]);
        foreach (int share in options.MultiPercents)
        {
            grid.Add([
                share.ToString(CultureInfo.InvariantCulture),
                .. options.Policies.Select(policy => Numbers.Plain(Middle(results, share, policy, result => result.CommandsPerSecond / 1000))),
                .. options.Policies.Select(policy => Numbers.Plain(Middle(results, share, policy, result => result.CpuSecondsPerMillion))),
            ]);
        }

        return grid;
    }

    private static SvgDrawing Drawing(TxOptions options, IReadOnlyList<TxResult> results) => CurveChart.Draw(
        $"Throughput over the share of commands with {options.KeysPerTransaction[0]} keys, {options.Shards} shards, {options.Clients} clients",
        "percent of the commands that are over several keys",
        "thousand commands a second",
        [.. options.Policies.Select((policy, at) => new CurveSeries(
            policy, at, [.. options.MultiPercents.Select(share => ((double)share, Middle(results, share, policy, result => result.CommandsPerSecond / 1000)))]))]);

    private static double Middle(IEnumerable<TxResult> results, int share, string policy, Func<TxResult, double> figure)
        => Median.Of(results.Where(result => result.Load.MultiPercent == share && result.Policy == policy).Select(figure)).Value;
}
