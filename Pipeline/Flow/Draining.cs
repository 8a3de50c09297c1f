namespace DragonflyFlow.Pipeline.Flow;

/// <summary>Orderly stop of one block: Complete and await; give it up only after a deadline, and then count what was inside (DESIGN rule 8).</summary>
public static class Draining
{
    /// <summary>Completes <paramref name="block"/> and waits until it has ended, at most for <paramref name="deadline"/> and, given up, for <paramref name="grace"/> more.</summary>
    public static Task<DrainResult> DrainAsync(this IFlowBlock block, string name, TimeSpan deadline, TimeSpan grace, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(block);
        return DrainAsync(block, name, block.Complete, () => { }, deadline, grace, time);
    }

    internal static async Task<DrainResult> DrainAsync(
        IFlowBlock block, string name, Action complete, Action givingUp, TimeSpan deadline, TimeSpan grace, TimeProvider time)
    {
        Exception? thrown = Try(complete);
        if (thrown is not null)
            Try(() => block.Abandon(thrown));
        if (await EndsWithinAsync(block.Completion, deadline, time))
            return Ended(block, name, thrown);

        givingUp();
        Try(() => block.Abandon(new FlowFaultException(name, new TimeoutException($"It did not end within {deadline}."))));
        bool ended = await EndsWithinAsync(block.Completion, grace, time);
        return new DrainResult(ended ? DrainOutcome.TimedOut : DrainOutcome.Stuck, null, block.Ledger);
    }

    private static DrainResult Ended(IFlowBlock block, string name, Exception? thrown)
    {
        Task completion = block.Completion;
        if (completion.IsCompletedSuccessfully && thrown is null)
            return new DrainResult(DrainOutcome.Completed, null, block.Ledger);
        Exception cause = thrown ?? completion.Exception ?? (Exception)new TaskCanceledException(completion);
        return new DrainResult(DrainOutcome.Faulted, FlowFaultException.Of(name, cause), block.Ledger);
    }

    private static async Task<bool> EndsWithinAsync(Task completion, TimeSpan deadline, TimeProvider time)
    {
        await completion.WaitAsync(deadline, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return completion.IsCompleted;
    }

    // A block of our own that throws from Complete or Fault has a bug; the stop goes on and reports it.
    internal static Exception? Try(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }
}
