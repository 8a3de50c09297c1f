using System.CommandLine;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Load;

/// <summary>The verb <c>load</c>: our own generator, for machines without redis-benchmark and for runs that last a time. Prints what redis-benchmark --csv prints.</summary>
internal static class LoadCommand
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Option<int> port = Cli.Number("--port", "Port of the server on the loopback interface.", 6379, 1, 65535);
        Option<int> clients = Cli.Number("--clients", "Connections.", 50, 1, 10_000);
        Option<int> pipeline = Cli.Number("--pipeline", "Requests that a client sends before it awaits the replies.", 1, 1, 1024);
        Option<int> requests = Cli.Number("--requests", "Requests in all.", 100_000, 1, int.MaxValue);
        Option<int> seconds = Cli.Number("--seconds", "Run so long instead; 0 = until all requests are answered.", 0, 0, 86_400);
        Option<int> range = Cli.Number("--range", $"What {Workload.Random} stays below.", 1_000_000, 1, int.MaxValue);
        Option<int> seed = Cli.Number("--seed", "Seed of the random numbers.", 42, 0, int.MaxValue);
        Option<LoadKind> kind = new("--kind") { Description = "What is driven: requests, elements handed over (BLPOP), or messages published to 50 subscribers; the last word is element or message." };
        Argument<string[]> words = new("command") { Description = $"The command, after --; {Workload.Random} stands for 12 random digits.", Arity = ArgumentArity.OneOrMore };
        Command command = new("load", "Drives one server with one command, in a closed loop.") { port, clients, pipeline, requests, seconds, range, seed, kind, words };
        command.SetAction((parsed, cancellation) =>
        {
            LoadJob job = new(parsed.GetRequiredValue(port), new Workload(parsed.GetRequiredValue(words), parsed.GetRequiredValue(range)) { Kind = parsed.GetValue(kind) },
                parsed.GetRequiredValue(clients), parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(requests), Core: null)
            {
                Seconds = parsed.GetRequiredValue(seconds),
            };
            Print(job, LoadRun.Run(job, parsed.GetRequiredValue(seed), TimeProvider.System, cancellation));
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    private static void Print(LoadJob job, LoadResult result)
    {
        Console.Out.WriteLine("\"test\",\"rps\",\"p50_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"");
        Console.Out.WriteLine(Csv.Join([job.Workload.ToString(), Csv.Number(result.OpsPerSecond), Csv.Number(result.P50Ms), Csv.Number(result.P99Ms), Csv.Number(result.MaxMs)]));
    }
}
