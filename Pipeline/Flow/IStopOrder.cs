namespace DragonflyFlow.Pipeline.Flow;

/// <summary>In which order a stop goes through the stages, and whether it waits for what it has completed. A seam for tests: the store knows one order.</summary>
internal interface IStopOrder
{
    /// <summary>The stages, first to stop first.</summary>
    IReadOnlyList<Stage> Stages { get; }

    /// <summary>Whether a block has to end before the next one is completed.</summary>
    bool Waits { get; }
}
