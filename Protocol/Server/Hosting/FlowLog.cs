using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Migration;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>Writes what the graph has to say into the server's log: one line per stage of a stop.</summary>
internal sealed class FlowLog(ILogger log) : IFlowLog
{
    public void BlockFaulted(string block, FlowFaultException fault)
    {
        // An operation that was cancelled is nothing to worry about: who cancelled it says so.
        if (fault.GetBaseException() is OperationCanceledException cancelled)
            ServerLog.BlockCancelled(log, block, cancelled.Message);
        else
            ServerLog.BlockFaulted(log, block, fault);
    }

    public void OperationFaulted(string block, FlowFaultException fault)
    {
        Exception? cause = fault;
        while (cause is FlowFaultException)
            cause = cause.InnerException;
        // Connections break and disks fill: whoever began the operation says what comes of it.
        if (cause is IOException or TimeoutException or MigrationException)
            ServerLog.OperationFailed(log, block, cause.Message);
        else
            BlockFaulted(block, fault);
    }

    public void StopBegan(int blocks) => ServerLog.StopBegan(log, blocks);

    public void StillRunning(NodeReading block) => ServerLog.StillRunning(log, block.Name, block.State, block.QueueLength, block.Unmoved.TotalMilliseconds, block.Ledger.ToString());

    public void StageStopped(StageReport stage)
    {
        ServerLog.StageStopped(log, stage.Stage, stage.DurationMs, stage.Blocks, stage.Drained, stage.Refused, stage.Abandoned);
        foreach (BlockReport block in stage.Problems)
            ServerLog.BlockProblem(log, block.Name, block.Verdict, block.Reason ?? "no reason given");
    }

    public void StopEnded(StopReport report)
    {
        ServerLog.StopEnded(log, report.DurationMs, report.Verdict, report.LiveBlocks);
        ServerLog.StopReported(log, report.ToJson());
    }
}
