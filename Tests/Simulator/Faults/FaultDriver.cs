using System.Globalization;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>Lets the faults of a scenario happen, each at its time.</summary>
internal sealed class FaultDriver(Bench bench, WalkManners manners)
{
    private static readonly string[][] ShutdownWords = [["SHUTDOWN", "NOSAVE"], ["SHUTDOWN", "SAVE"], ["SHUTDOWN"]];

    private readonly List<SimWalk> _walks = [];
    private int _walkNumber;

    /// <summary>Waits for the time of each fault and lets it happen; on the scheduler of the clients.</summary>
    public void Schedule()
    {
        bench.Process.OnKill = () => _walks.ForEach(walk => walk.Drop());
        foreach (Fault fault in bench.Scenario.Faults)
            bench.World.After(TimeSpan.FromMilliseconds(fault.AtMs), bench.Machine, () => Begin(fault));
    }

    private void Begin(Fault fault)
    {
        if (bench.Process.Ended.IsCompleted)
            return;
        bench.World.Note($"fault {fault.Kind} +{fault.LastsMs}");
        TimeSpan lasts = TimeSpan.FromMilliseconds(fault.LastsMs);
        switch (fault.Kind)
        {
            case FaultKind.Reset:
                SocketOf(fault)?.Reset();
                break;
            case FaultKind.Stall:
                SocketOf(fault)?.Stall(lasts);
                break;
            case FaultKind.HoldUp:
                SocketOf(fault)?.HoldUp(lasts);
                break;
            case FaultKind.KeepShard:
                KeepShard(fault, lasts);
                break;
            case FaultKind.Walk:
                bench.Process.Scheduler.Post(() => Walk(fault, lasts));
                break;
            case FaultKind.PauseWrites or FaultKind.PauseAll:
                Command("CLIENT", "PAUSE", fault.LastsMs.ToString(CultureInfo.InvariantCulture), fault.Kind == FaultKind.PauseAll ? "ALL" : "WRITE");
                break;
            case FaultKind.DiskStall:
                bench.Disk!.Stall(lasts);
                break;
            case FaultKind.DiskTrouble:
                bench.Disk!.Trouble((DiskTrouble)(fault.Which % Enum.GetValues<DiskTrouble>().Length), lasts);
                break;
            case FaultKind.FlushAll:
                Command("FLUSHALL");
                break;
            case FaultKind.Shutdown:
                Command(ShutdownWords[fault.Which]);
                break;
            case FaultKind.ShutdownNow:
                Command("SHUTDOWN", "NOSAVE", "NOW");
                break;
            case FaultKind.Terminate:
                Stop("SIGTERM");
                break;
            case FaultKind.Kill or FaultKind.PowerLoss:
                bench.Process.Kill();
                bench.Network.ResetAll();
                if (fault.Kind == FaultKind.PowerLoss)
                    bench.Disk!.LosePower();
                break;
        }
    }

    private SimSocket? SocketOf(Fault fault) => bench.Network.Sockets is { Count: > 0 } sockets ? sockets[fault.Which % sockets.Count] : null;

    private void Stop(string reason) => bench.Process.Scheduler.Post(() => bench.Process.RequestStop(new StopRequest(reason, Now: false)));

    private void KeepShard(Fault fault, TimeSpan lasts)
    {
        ShardBlock[] shards = bench.Process.Engine.Shards;
        ShardBlock shard = shards[fault.Which % shards.Length];
        // A shard that has completed cannot be kept.
        bench.Process.Scheduler.Post(() => _ = shard.Post(new KeptShard(bench.World, bench.Process.Scheduler, lasts)));
    }

    private void Walk(Fault fault, TimeSpan sinkDelay)
    {
        foreach (ShardBlock shard in bench.Process.Engine.Shards)
        {
            SimWalk walk = new(bench.World, bench.Process.Scheduler, shard, sinkDelay, manners);
            _walks.Add(walk);
            try
            {
                bench.Process.Graph.AddTransient(
                    string.Create(CultureInfo.InvariantCulture, $"walk-{++_walkNumber}"), scope => scope.Adopt("shard", Stage.Walks, Upstreams.None, walk));
            }
            catch (InvalidOperationException)
            {
                bench.World.Note("a walk came too late");
                return;
            }

            bench.World.After(TimeSpan.FromMilliseconds(fault.Which % 20), bench.Process.Scheduler, walk.Start);
        }
    }

    // The wish is an operator's: if his connection does not come through, a signal does it.
    private void Command(params string[] words) => bench.Start($"operator {words[0]} {bench.World.NowTicks}", async (connection, _) =>
    {
        RespValue? reply = await connection.CallAsync(words);
        bool isStop = words[0] == "SHUTDOWN";
        if (reply is null && isStop)
            Stop("the operator's second way");
        bool isExpected = reply is null || (isStop ? reply.IsError && reply.Text.Contains("shutting down", StringComparison.Ordinal) : reply.Text == "OK" || reply.IsError);
        bench.Oracle.Require(isExpected, Wrong.Reply, $"{string.Join(' ', words)} answered {reply}");
        return false;
    });
}
