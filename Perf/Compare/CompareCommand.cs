using System.CommandLine;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Compare;

/// <summary>The command line of <c>compare</c>.</summary>
internal static class CompareCommand
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        CompareOptions usual = new();
        Option<CommaList<string>> rivals = Cli.Names("--rivals", "Servers to compare with; one that is not installed is skipped.", ServerCatalog.Rivals, usual.Rivals);
        Option<CommaList<string>> tests = Cli.Names("--tests", "What to run. hset, sadd and zadd run on many small keys and on one of 10,000 elements.", TestCatalog.Names, usual.Tests);
        Option<CommaList<int>> pipelines = Cli.Numbers("--pipelines", "Requests that a client sends before it awaits the replies.", usual.Pipelines, 1, 1024);
        Option<int> rounds = Cli.Number("--rounds", "Rounds; each starts every server afresh, in another order.", usual.Rounds, 1, 1000);
        Option<int> keys = Cli.Number("--keys", "Keys of the prefilled keyspace.", usual.Keys, 1, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<int> clients = Cli.Number("--clients", "Connections.", usual.Clients, 1, 10_000);
        Option<long?> requests = Cli.NumberOrAuto("--requests", "Requests of one run; auto = enough that every server spends 0.4 s of CPU on it.", 100_000_000);
        Option<LoadTool> tool = new("--load") { Description = "What drives the servers: auto = redis-benchmark where it is installed, else our own; own." };
        Option<bool> unpinned = new("--unpinned") { Description = "Leave server and load to the scheduler instead of giving each a core." };
        Option<bool> smoke = new("--smoke") { Description = "One short round on few keys: shows that everything works, measures nothing." };
        Option<bool> strict = new("--strict") { Description = "Exit with 3 if a target is missed." };
        Option<string?> csv = new("--csv") { Description = "A file that gets the samples as well." };
        Option<string?> garnet = new("--garnet-path") { Description = "garnet-server, if it is not on the path." };
        Command command = new("compare", "Runs ourselves and rivals side by side, in interleaved rounds, under the same load.")
        {
            rivals, tests, pipelines, rounds, keys, valueBytes, clients, requests, tool, unpinned, smoke, strict, csv, garnet,
        };
        command.SetAction((parsed, cancellation) =>
        {
            CompareOptions asked = new()
            {
                Rivals = parsed.GetRequiredValue(rivals).Items,
                Tests = parsed.GetRequiredValue(tests).Items,
                Pipelines = parsed.GetRequiredValue(pipelines).Items,
                Rounds = parsed.GetRequiredValue(rounds),
                Keys = parsed.GetRequiredValue(keys),
                ValueBytes = parsed.GetRequiredValue(valueBytes),
                Clients = parsed.GetRequiredValue(clients),
                Requests = parsed.GetValue(requests),
                Tool = parsed.GetValue(tool),
                Pinned = !parsed.GetValue(unpinned),
                Smoke = parsed.GetValue(smoke),
                Strict = parsed.GetValue(strict),
                CsvFile = parsed.GetValue(csv),
                GarnetPath = parsed.GetValue(garnet),
            };
            return CompareVerb.RunAsync(asked.Smoke ? asked.Shortened() : asked, TimeProvider.System, cancellation);
        });
        return command;
    }
}
