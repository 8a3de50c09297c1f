using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>Keeps what a graph has said.</summary>
internal sealed class FlowLogSpy : IFlowLog
{
    public ConcurrentQueue<(string Block, FlowFaultException Fault)> Faults { get; } = new();

    public ConcurrentQueue<NodeReading> Watched { get; } = new();

    public ConcurrentQueue<StageReport> Stages { get; } = new();

    public ConcurrentQueue<StopReport> Ends { get; } = new();

    public int Began { get; private set; }

    public void BlockFaulted(string block, FlowFaultException fault) => Faults.Enqueue((block, fault));

    public void StopBegan(int blocks) => Began++;

    public void StillRunning(NodeReading block) => Watched.Enqueue(block);

    public void StageStopped(StageReport stage) => Stages.Enqueue(stage);

    public void StopEnded(StopReport report) => Ends.Enqueue(report);
}
