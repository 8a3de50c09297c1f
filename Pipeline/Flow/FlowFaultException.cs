namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A block has failed: names the block where the fault began and carries the first cause.</summary>
public sealed class FlowFaultException : Exception
{
    /// <summary>Makes the fault of <paramref name="block"/>.</summary>
    public FlowFaultException(string block, Exception cause)
        : base($"Block '{block}' failed: {cause.Message}", cause) => Block = block;

    /// <summary>The block in which it began.</summary>
    public string Block { get; }

    /// <summary>
    /// The fault behind <paramref name="exception"/>: aggregates are opened, a fault that already names its block is kept, anything else is laid
    /// to <paramref name="block"/>. So a cause crosses any number of arrows without growing a wrapper at each.
    /// </summary>
    public static FlowFaultException Of(string block, Exception exception)
    {
        Exception cause = exception;
        while (cause is AggregateException { InnerExceptions.Count: > 0 } aggregate)
            cause = aggregate.InnerExceptions[0];
        return cause as FlowFaultException ?? new FlowFaultException(block, cause);
    }
}
