namespace DragonflyFlow.Pipeline.Flow;

/// <summary>Who is told what the graph has to say. Called from any thread; must not throw or wait.</summary>
public interface IFlowLog
{
    /// <summary>A log that keeps nothing.</summary>
    static IFlowLog None { get; } = new Silence();

    /// <summary>A block has faulted; <paramref name="fault"/> names where it began.</summary>
    void BlockFaulted(string block, FlowFaultException fault);

    /// <summary>A block of an operation has faulted, which ends that operation and nothing else.</summary>
    void OperationFaulted(string block, FlowFaultException fault) => BlockFaulted(block, fault);

    /// <summary>A stop has begun: so many blocks are alive.</summary>
    void StopBegan(int blocks);

    /// <summary>The watchdog names a block that has not ended yet.</summary>
    void StillRunning(NodeReading block);

    /// <summary>A stage has ended, in order or not.</summary>
    void StageStopped(StageReport stage);

    /// <summary>The stop is over.</summary>
    void StopEnded(StopReport report);

    private sealed class Silence : IFlowLog
    {
        public void BlockFaulted(string block, FlowFaultException fault)
        {
        }

        public void StopBegan(int blocks)
        {
        }

        public void StillRunning(NodeReading block)
        {
        }

        public void StageStopped(StageReport stage)
        {
        }

        public void StopEnded(StopReport report)
        {
        }
    }
}
