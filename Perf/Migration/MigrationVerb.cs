using System.CommandLine;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>The verb <c>migration</c>: how long slots take to move from one node to another, and what clients notice, beside redis-cli --cluster reshard.</summary>
internal static class MigrationVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        MigrationOptions usual = new();
        Option<int> rounds = Cli.Number("--rounds", "Rounds; each starts every pair of nodes afresh, in another order.", usual.Rounds, 1, 100);
        Option<int> keys = Cli.Number("--keys", "Keys of 16 bytes, over all slots.", usual.Keys, 100, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<int> slots = Cli.Number("--slots", "Slots that move.", usual.Slots, 1, 16_383);
        Option<int> servedBefore = Cli.Number("--served-before", "Slots that have moved before in a third scene, in which both nodes serve from the start; 0 = without it.", usual.ServedBefore, 0, 16_383);
        Option<int> clients = Cli.Number("--clients", "Connections of the load.", usual.Clients, 1, 1000);
        Option<int> seconds = Cli.Number("--seconds", "Seconds of load before the slots begin to move.", usual.Seconds, 1, 3600);
        Option<int> shards = Cli.Number("--shards", "Shards of our nodes; 0 = as they come.", usual.Shards, 0, 64);
        Option<CommaList<int>> pipelines = Cli.Numbers("--redis-pipelines", "Keys that redis-cli moves in one command; a pair of redis-servers for each, 0 = none.", usual.RedisPipelines, 0, 100_000);
        Option<string[]> ours = new("--ours") { Description = "An option of ours, name=value; may be given several times.", DefaultValueFactory = _ => [.. usual.Ours] };
        Option<int> bigValue = Cli.Number("--big-value", "Instead of all that: moves one value of so many megabytes, of each kind, and looks at the source's memory; 0 = not.", usual.BigValueMegabytes, 0, 400);
        Option<bool> smoke = new("--smoke") { Description = "Only show that it runs: few keys and slots, no figures to trust." };
        Option<bool> strict = new("--strict") { Description = "Exit with 3 if a target is missed." };
        Command command = new("migration", "Moves half of the slots from one node to another, idle and under load, beside redis-cli --cluster reshard.")
        {
            rounds, keys, valueBytes, slots, servedBefore, clients, seconds, shards, pipelines, ours, bigValue, smoke, strict,
        };
        command.SetAction((parsed, cancellation) =>
        {
            MigrationOptions options = new()
            {
                Rounds = parsed.GetRequiredValue(rounds),
                Keys = parsed.GetRequiredValue(keys),
                ValueBytes = parsed.GetRequiredValue(valueBytes),
                Slots = parsed.GetRequiredValue(slots),
                ServedBefore = Math.Min(parsed.GetRequiredValue(servedBefore), (KeySlot.Count - 1 - parsed.GetRequiredValue(slots)) / 2),
                Clients = parsed.GetRequiredValue(clients),
                Seconds = parsed.GetRequiredValue(seconds),
                Shards = parsed.GetRequiredValue(shards),
                RedisPipelines = [.. parsed.GetRequiredValue(pipelines).Items.Where(static pipeline => pipeline > 0)],
                Ours = parsed.GetRequiredValue(ours),
                BigValueMegabytes = parsed.GetRequiredValue(bigValue),
                Strict = parsed.GetValue(strict),
            };
            options = parsed.GetValue(smoke) ? options.Smoke() : options;
            return options.BigValueMegabytes > 0 ? RunBigAsync(options, TimeProvider.System, cancellation) : RunAsync(options, TimeProvider.System, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(MigrationOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ServerCatalog servers = ServerCatalog.Find(options.RedisPipelines.Count > 0 ? ["redis"] : [], pinned: false, garnetPath: null);
        ResultsFolder folder = new("migration", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        PairLaunch[] launches = [.. servers.Found.SelectMany(launch => Pairs(launch, options, time))];
        MigrationRun run = await Screen.WatchAsync(sink => new MigrationRun(options, launches, sink, time).RunAsync(cancellation));
        IReadOnlyList<Verdict> verdicts = MigrationGoals.Judge(run.Samples);
        folder.Show(MigrationReport.Figures(options, run.Samples));
        folder.Show(MigrationReport.Goals(verdicts));
        foreach (string failure in run.Failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, servers = servers.Found, servers.Skipped, run.Failures });
        folder.WriteSamples(MigrationSample.CsvHeader, run.Samples.Select(sample => sample.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(run.Failures.Count > 0, options.Strict && verdicts.Any(verdict => !verdict.IsReached));
    }

    private static async Task<int> RunBigAsync(MigrationOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ServerLaunch launch = ServerCatalog.Find([], pinned: false, garnetPath: null).Found[0];
        ResultsFolder folder = new("migration-big-value", time);
        BigValueRun run = await Screen.WatchAsync(sink => new BigValueRun(options, Pairs(launch, options, time).Single(), sink, time).RunAsync(cancellation));
        folder.Show(run.Figures());
        folder.Show(MigrationReport.Goals(run.Verdicts));
        foreach (string failure in run.Failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, launch, run.Failures });
        folder.WriteSamples(BigValueSample.CsvHeader, run.Samples.Select(sample => sample.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(run.Failures.Count > 0, options.Strict && run.Verdicts.Any(verdict => !verdict.IsReached));
    }

    private static IEnumerable<PairLaunch> Pairs(ServerLaunch launch, MigrationOptions options, TimeProvider time)
    {
        if (launch.Name == MigrationGoals.Ours)
        {
            yield return new PairLaunch(launch.Name, async cancellation => await OurPair.StartAsync(launch, options, time, cancellation));
            yield break;
        }

        string cli = Programs.Find("redis-cli") ?? throw new FileNotFoundException("redis-cli is not installed (Debian: apt-get install redis-tools)");
        foreach (int pipeline in options.RedisPipelines)
            yield return new PairLaunch($"redis, pipeline {pipeline}", async cancellation => await RedisPair.StartAsync(launch, cli, pipeline, time, cancellation));
    }
}
