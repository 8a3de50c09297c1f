namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A log whose failures harm nobody: a stop that breaks off because a line could not be written would leave everything behind it running.</summary>
internal sealed class GuardedLog(IFlowLog inner) : IFlowLog
{
    public void BlockFaulted(string block, FlowFaultException fault) => Draining.Try(() => inner.BlockFaulted(block, fault));

    public void OperationFaulted(string block, FlowFaultException fault) => Draining.Try(() => inner.OperationFaulted(block, fault));

    public void StopBegan(int blocks) => Draining.Try(() => inner.StopBegan(blocks));

    public void StillRunning(NodeReading block) => Draining.Try(() => inner.StillRunning(block));

    public void StageStopped(StageReport stage) => Draining.Try(() => inner.StageStopped(stage));

    public void StopEnded(StopReport report) => Draining.Try(() => inner.StopEnded(report));
}
