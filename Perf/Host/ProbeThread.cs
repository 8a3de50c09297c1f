namespace DragonflyFlow.Perf.Host;

/// <summary>
/// A thread of its own for what measures, with a priority or a core of its own. Whoever awaits its end goes on on another thread: on this one, it would start the next server with
/// the same priority, on the same core.
/// </summary>
internal static class ProbeThread
{
    /// <summary>Runs it; what it throws, the task has.</summary>
    public static Task RunAsync(string name, Action measure)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                measure();
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return ended.Task;
    }
}
