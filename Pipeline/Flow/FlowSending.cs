using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>Sending that never drops: what a block does not take goes back to the sender.</summary>
public static class FlowSending
{
    /// <summary>
    /// Sends <paramref name="message"/>, waiting for room. If the block takes no more, or <paramref name="cancellation"/> comes first,
    /// <paramref name="refuse"/> gets the message, to answer it; the block's ledger counts it as refused. True if the block has it.
    /// </summary>
    public static async Task<bool> SendOrRefuseAsync<T>(
        this ITargetBlock<T> target, T message, Action<T> refuse, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(refuse);
        bool taken;
        try
        {
            taken = await target.SendAsync(message, cancellation);
        }
        catch (OperationCanceledException)
        {
            taken = false;
        }

        if (taken)
            return true;
        (target as IRefusalCounter)?.CountRefusal();
        refuse(message);
        return false;
    }
}
