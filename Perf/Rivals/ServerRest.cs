namespace DragonflyFlow.Perf.Rivals;

/// <summary>
/// Waits until a server does nothing by itself: what it does once, in its first seconds and after a fill (compilation, huge pages, rehashing), would be counted for whatever is measured then.
/// </summary>
internal static class ServerRest
{
    // After a start at least six seconds, after a fill one, at most twenty, and until it needs less than a twentieth of a core.
    private const int LooksAfterStart = 12;
    private const int LooksAfterFill = 2;
    private const int LooksMax = 40;
    private const double RestingShare = 0.05;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>For one that was started and filled.</summary>
    public static Task AfterStartAsync(ServerProcess server, CancellationToken cancellation) => WaitAsync(server, LooksAfterStart, cancellation);

    /// <summary>For one that was filled again.</summary>
    public static Task AfterFillAsync(ServerProcess server, CancellationToken cancellation) => WaitAsync(server, LooksAfterFill, cancellation);

    private static async Task WaitAsync(ServerProcess server, int looksMin, CancellationToken cancellation)
    {
        for (int looks = 0; looks < LooksMax; looks++)
        {
            double before = server.Cpu.CpuSeconds;
            await Task.Delay(Look, cancellation);
            if (looks >= looksMin && server.Cpu.CpuSeconds - before < RestingShare * Look.TotalSeconds)
                return;
        }
    }
}
