using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Load;

/// <summary>Brings a server on the loopback interface into a known state.</summary>
internal static class Filler
{
    private const int BatchRequests = 256;

    private static readonly TimeSpan FillMax = TimeSpan.FromMinutes(5);

    /// <summary>Runs the workload's command for each number below its range, in order, pipelined.</summary>
    public static async Task FillAsync(int port, Workload workload, CancellationToken cancellation)
    {
        // The runner blocks its thread; should the server hang, the wait ends here and the thread when the server is killed.
        long errors = await Task.Run(() => Fill(port, workload, cancellation), cancellation).WaitAsync(FillMax, cancellation);
        if (errors > 0)
            throw new InvalidOperationException($"{errors} error replies to '{workload}', such as: {await ExecuteAsync(port, workload.Command, cancellation)}");
    }

    /// <summary>Runs one command as it stands; an error reply throws.</summary>
    public static async Task SendAsync(int port, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        RespValue reply = await ExecuteAsync(port, command, cancellation);
        if (reply.IsError)
            throw new InvalidOperationException($"'{string.Join(' ', command)}' was answered: {reply.Text}");
    }

    /// <summary>Runs one command as it stands.</summary>
    public static async Task<RespValue> ExecuteAsync(int port, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        await using RespClient client = await RespClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel: cancellation);
        return await client.ExecuteAsync([.. command], cancellation);
    }

    private static long Fill(int port, Workload workload, CancellationToken cancellation)
    {
        RequestBatches batches = RequestBatches.Numbered(workload, Math.Min(BatchRequests, workload.Range));
        using PipelineRunner runner = PipelineRunner.Connect(new IPEndPoint(IPAddress.Loopback, port), 1, batches, Math.Min(BatchRequests, workload.Range) * workload.Commands.Count, TimeProvider.System);
        runner.Run(batches.Count, new LatencyHistogram(), cancellation);
        return runner.Errors;
    }
}
