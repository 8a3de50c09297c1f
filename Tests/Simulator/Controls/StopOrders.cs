using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>Wrong orders of a stop.</summary>
internal sealed class StopOrders : IStopOrder
{
    private StopOrders(IReadOnlyList<Stage> stages, bool waits)
    {
        Stages = stages;
        Waits = waits;
    }

    /// <summary>What is fed stops before what feeds it: the memory first.</summary>
    public static IStopOrder DownstreamFirst { get; } = new StopOrders([.. Enum.GetValues<Stage>().Reverse()], waits: true);

    /// <summary>Everything is told to stop, and nobody is waited for.</summary>
    public static IStopOrder Abrupt { get; } = new StopOrders(Enum.GetValues<Stage>(), waits: false);

    public IReadOnlyList<Stage> Stages { get; }

    public bool Waits { get; }
}
