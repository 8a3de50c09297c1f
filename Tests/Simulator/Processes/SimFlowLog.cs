using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>What the graph of a simulated process has to say: into the trace, and kept for the oracles.</summary>
internal sealed class SimFlowLog(SimWorld world) : IFlowLog
{
    private readonly List<(string Block, Exception Cause)> _faults = [];

    /// <summary>Blocks that faulted, with the cause.</summary>
    public IReadOnlyList<(string Block, Exception Cause)> Faults => _faults;

    public void BlockFaulted(string block, FlowFaultException fault)
    {
        Exception cause = fault.InnerException ?? fault;
        _faults.Add((block, cause));
        // Addresses differ from process to process.
        world.Note($"block {block} faulted: {(cause is ArenaCheckException ? "touched freed memory" : cause.GetType().Name)}");
    }

    public void StopBegan(int blocks) => world.Note($"stop: {blocks} blocks are alive");

    public void StillRunning(NodeReading block) => world.Note($"stop waits for {block.Name} ({block.State}, {block.QueueLength} queued, {block.Ledger})");

    public void StageStopped(StageReport stage)
    {
        world.Note($"stage {stage.Stage} stopped: {stage.Blocks} blocks, {stage.Drained} drained, {stage.Refused} refused, {stage.Abandoned} abandoned");
        foreach (BlockReport block in stage.Problems)
            world.Note($"block {block.Name}: {block.Verdict}");
    }

    public void StopEnded(StopReport report) => world.Note($"stopped: {report.Verdict}, {report.LiveBlocks} live blocks");
}
