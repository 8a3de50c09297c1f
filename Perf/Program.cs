using System.CommandLine;
using System.Net.Sockets;
using DragonflyFlow.Perf;
using DragonflyFlow.Perf.Churn;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Memory;
using DragonflyFlow.Perf.Micro;
using DragonflyFlow.Perf.Migration;
using DragonflyFlow.Perf.Repro;
using DragonflyFlow.Perf.Snapshots;
using DragonflyFlow.Perf.StopTime;
using DragonflyFlow.Perf.Transactions;

RootCommand root = new("Measures DragonflyFlow: its parts, itself beside other servers, its memory.")
{
    MicroVerb.Create(),
    CompareCommand.Create(),
    MemoryVerb.Create(),
    ChurnVerb.Create(),
    SnapshotVerb.Create(),
    MigrationVerb.Create(),
    TxVerb.Create(),
    MultiKeyVerb.Create(),
    ReproCommand.Create(),
    StopTimeVerb.Create(),
    LoadCommand.Create(),
};

// On Ctrl-C or a termination signal the running verb is cancelled and ends the servers it started; that may take a moment.
InvocationConfiguration configuration = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(20), EnableDefaultExceptionHandler = false };
try
{
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (Exception failure) when (failure is IOException or InvalidOperationException or SocketException or TimeoutException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return ExitCodes.Failed;
}
