using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>The order of the store, and wrong ones.</summary>
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

    /// <summary>All by name, the store's own first.</summary>
    public static IReadOnlyList<(string Name, IStopOrder Order)> All { get; } =
    [
        ("upstream-first", UpstreamFirst.Instance),
        ("downstream-first", DownstreamFirst),
        ("abrupt", Abrupt),
    ];

    public IReadOnlyList<Stage> Stages { get; }

    public bool Waits { get; }
}
