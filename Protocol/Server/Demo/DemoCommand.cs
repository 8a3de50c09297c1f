using System.CommandLine;
using DragonflyFlow.Protocol.Server.Startup;
using Spectre.Console;

namespace DragonflyFlow.Protocol.Server.Demo;

/// <summary>"demo cluster [--nodes n] [--keys n]": what the store can do, shown by itself.</summary>
internal static class DemoCommand
{
    private const int NodesMax = 16;
    private const int WidthOfFiles = 160;

    /// <summary>Runs the demo that the words behind "demo" name; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] words, TextWriter output, TextWriter error)
    {
        Option<int> nodes = new("--nodes") { DefaultValueFactory = _ => 3, Description = "nodes of the cluster, 2 to 16" };
        Option<int> keys = new("--keys") { DefaultValueFactory = _ => 20_000, Description = "keys of sample data" };
        Command cluster = new("cluster", "several nodes in one process: slots move from one to another while a client writes") { nodes, keys };
        RootCommand root = new("demo") { cluster };
        ParseResult parsed = root.Parse(words);
        bool isCluster = ReferenceEquals(parsed.CommandResult.Command, cluster);
        if (!isCluster || parsed.Errors.Count > 0 || parsed.GetValue(nodes) is < 2 or > NodesMax || parsed.GetValue(keys) < 1)
        {
            string wrong = isCluster && parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "demo cluster [--nodes 2..16] [--keys n]";
            await error.WriteLineAsync($"dragonflyflow: {wrong}");
            return ExitCode.WrongOption;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthOfFiles;
        return await new ClusterDemo(console, parsed.GetValue(nodes), parsed.GetValue(keys)).RunAsync() ? ExitCode.Ok : ExitCode.Failed;
    }
}
