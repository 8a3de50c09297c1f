namespace DragonflyFlow.Perf.Load;

/// <summary>One run of load against a server on the loopback interface.</summary>
internal sealed record LoadJob(int Port, Workload Workload, int Clients, int Pipeline, long Requests, int? Core)
{
    /// <summary>Run so many seconds instead of so many requests; 0 = requests. Only our own generator can.</summary>
    public int Seconds { get; init; }
}
