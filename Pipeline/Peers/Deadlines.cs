namespace DragonflyFlow.Pipeline.Peers;

/// <summary>Waiting with a bound.</summary>
internal static class Deadlines
{
    /// <summary>Waits until a task has ended, in whatever way, or the time is over; no timer stays behind.</summary>
    public static async Task EndOrAsync(Task task, TimeSpan limit, TimeProvider time) =>
        await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Waits for work that ends early when <paramref name="abort"/> is called. When the time is over it is called, the work's end is awaited, and only then a
    /// <see cref="TimeoutException"/> tells: nothing of it is under way any more. So also if the work has ended just behind the time: its late answer is nobody's.
    /// </summary>
    public static async Task<T> WithinAsync<T>(Task<T> work, TimeSpan deadline, TimeProvider time, Action abort)
    {
        await WithinAsync((Task)work, deadline, time, abort);
        return await work;
    }

    /// <summary>As <see cref="WithinAsync{T}"/>, for work without a result.</summary>
    public static async Task WithinAsync(Task work, TimeSpan deadline, TimeProvider time, Action abort)
    {
        try
        {
            await work.WaitAsync(deadline, time);
        }
        catch (TimeoutException)
        {
            abort();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
