namespace DragonflyFlow.Perf.Load;

/// <summary>Fills a server with known keys: the workload's command once for each number below its range, in order, over one pipelined connection.</summary>
internal static class Filler
{
    private const int BatchRequests = 256;

    /// <summary>Runs the command for 0 to range - 1.</summary>
    public static async Task FillAsync(int port, Workload workload, CancellationToken cancellation)
    {
        using LoadConnection connection = await LoadConnection.ConnectAsync(port, cancellation);
        RequestTemplate template = new(workload, BatchRequests);
        for (int next = 0; next < workload.Range;)
        {
            int copies = Math.Min(BatchRequests, workload.Range - next);
            for (int copy = 0; copy < copies; copy++)
                template.Number(copy, next++);
            await connection.ExchangeAsync(template.Bytes(copies), copies, cancellation);
        }
    }

    /// <summary>Runs one command as it stands.</summary>
    public static async Task SendAsync(int port, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using LoadConnection connection = await LoadConnection.ConnectAsync(port, cancellation);
        await connection.ExchangeAsync(new RequestTemplate(new Workload(command, 1), 1).Bytes(1), 1, cancellation);
    }
}
