using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>Looks at what a process has left: how its stop went, what it did with its memory, what is still there.</summary>
internal sealed class ProcessJudge(Scenario scenario, SimNetwork network, Oracle oracle)
{
    /// <summary>Judges one that has ended, or should have.</summary>
    public void Judge(SimProcess process)
    {
        if (process.Report is { } report)
            JudgeStop(process, report);
        JudgeMemoryUse(process);
    }

    private void JudgeMemoryUse(SimProcess process)
    {
        long touches = process.Engine.Shards.Sum(shard => shard.Keyspace.Arena.StaleUses);
        oracle.Require(touches == 0, Wrong.Touched, $"{touches} uses of freed memory");
        // What was given up at a deadline is judged by the verdict of the stop.
        foreach ((string block, Exception cause) in process.Log.Faults.Where(fault => !IsExpected(fault) && process.Report?.Verdict != StopVerdict.Stuck))
            oracle.Report(Wrong.Faulted, $"{block}: {cause.GetType().Name}: {cause.Message}");
    }

    // A snapshot, a load or a round of a migration may be cancelled, the disk may refuse, a link may break: that ends their own blocks and no others.
    private static bool IsExpected((string Block, Exception Cause) fault) => fault.Cause switch
    {
        TimeoutException => true,
        IOException or OperationCanceledException or MigrationException when fault.Block.StartsWith("migration-", StringComparison.Ordinal) => true,
        OperationCanceledException or DiskTroubleException => fault.Block.StartsWith("snapshot-", StringComparison.Ordinal) || fault.Block.StartsWith("load/", StringComparison.Ordinal),
        _ => fault.Block == "final-snapshot" && IsRefusalOfDisk(fault.Cause.Message),
    };

    private static bool IsRefusalOfDisk(string? reason) => reason?.Contains(DiskTroubleException.Words, StringComparison.Ordinal) == true;

    private void JudgeStop(SimProcess process, StopReport report)
    {
        StopVerdict worst = scenario.KeepsShardForEver || scenario.MayStick ? StopVerdict.Stuck : scenario.IsGentle ? StopVerdict.Clean : StopVerdict.TimedOut;
        BlockReport[] problems = [.. report.Problems.Where(block => block.Name != "final-snapshot" || !IsRefusalOfDisk(block.Reason))];
        StopVerdict verdict = problems.Select(block => block.Verdict).DefaultIfEmpty().Max();
        bool isExpected = verdict is not (StopVerdict.Faulted or StopVerdict.Unbalanced) && verdict <= worst;
        oracle.Require(isExpected, verdict >= StopVerdict.TimedOut ? Wrong.Hung : Wrong.Faulted, $"the stop went {report.ToJson()}");
        oracle.Require(process.Image is not null || verdict == StopVerdict.Stuck, Wrong.Lost, "no image was taken");
        if (verdict == StopVerdict.Stuck)
            JudgeKept(process, report);
        else
            JudgeLeaks(process);
    }

    // What still ran when its stage was over keeps the memory, and is named, also if it has ended since.
    private void JudgeKept(SimProcess process, StopReport report)
    {
        bool kept = process.Engine.Shards.All(shard => shard.Keyspace.Arena.ReservedBytes > 0 || shard.Keyspace.Arena.AllocatedBytes == 0);
        oracle.Require(kept && report.Problems.Any(block => block.Verdict == StopVerdict.Stuck && block.Name != "shard-memory"), Wrong.Leaked, "a stuck stop released memory or does not say what lived");
    }

    private void JudgeLeaks(SimProcess process)
    {
        foreach ((string what, long count) in Leftovers.Of(process, network))
            oracle.Require(count == 0, Wrong.Leaked, $"{count} {what} after the stop");
    }
}
