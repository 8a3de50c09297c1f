using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace DragonflyFlow.Perf.Micro;

/// <summary>The verb <c>micro</c>: BenchmarkDotNet over the parts. What follows the verb goes to BenchmarkDotNet.</summary>
internal static class MicroVerb
{
    // Building a program for every benchmark, as BenchmarkDotNet does by itself, takes minutes and gains nothing here: all run on the same settings.
    private static readonly (string[] Names, string[] Usual)[] Defaults =
    [
        (["--filter", "-f"], ["--filter", "*"]),
        (["--job", "-j", "--iterationCount", "--warmupCount", "--launchCount"], ["--job", "short"]),
        (["--runtimes", "-r", "--inProcess", "-i"], ["--inProcess"]),
    ];

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("micro", "Times and weighs the parts with BenchmarkDotNet; its own arguments may follow, such as --filter *Parse* or --job long.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed => Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(string[] arguments)
    {
        // A short job, so that all is done in minutes, unless the caller asks for another.
        foreach ((string[] names, string[] usual) in Defaults)
        {
            if (!arguments.Any(names.Contains))
                arguments = [.. arguments, .. usual];
        }

        IConfig config = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default).HideColumns(Column.Error, Column.RatioSD)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(MicroVerb).Assembly).Run(arguments, config)];
        bool failed = summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
        return ExitCodes.Of(failed, missed: false);
    }
}
