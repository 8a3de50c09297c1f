namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How a block of the graph is bounded and run. Every block has a bound; there is no unbounded one.</summary>
public sealed record BlockOptions
{
    /// <summary>The bound that applies unless a block asks for its own: 64 messages.</summary>
    public const int BoundDefault = 64;

    /// <summary>The highest bound: more is a queue without a bound by another name.</summary>
    public const int BoundMax = 1 << 20;

    /// <summary>The options that apply unless others are given.</summary>
    public static BlockOptions Default { get; } = new();

    /// <summary>
    /// Messages inside at most: those waiting, those being run and, of a block with output, those not yet handed on. 1 to <see cref="BoundMax"/>.
    /// </summary>
    public int Bound { get; init; } = BoundDefault;

    /// <summary>
    /// Handlers that run at one time. More than 1 asks for an error handler: after an exception later messages would overtake the hole
    /// (dotnet/runtime#121368).
    /// </summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Whether output keeps the order of input when <see cref="Parallelism"/> is above 1.</summary>
    public bool KeepsOrder { get; init; } = true;

    /// <summary>Whether no client waits for what it does, so that threads that serve go first (<see cref="FlowSettings.Background"/>).</summary>
    public bool IsBackground { get; init; }

    /// <summary>What a fault of an upstream block means for this one.</summary>
    public UpstreamFault OnUpstreamFault { get; init; } = UpstreamFault.Faults;
}
