using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.Workloads;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>Lets the faults of a cluster happen, each at its time; nodes that have ended are started again, if so wished, and <paramref name="started"/> is told of each.</summary>
internal sealed class ClusterFaults(SimWorld world, SimCluster cluster, Movers movers, NodeBallast ballast, Oracle oracle, bool restarts, Action<SimProcess> started)
{
    private static readonly string[][] ShutdownWords = [["SHUTDOWN", "NOSAVE"], ["SHUTDOWN", "SAVE"], ["SHUTDOWN"]];

    private readonly List<Task> _deeds = [];

    /// <summary>Stops that were asked for, and how many of them while slots of the node were moving.</summary>
    public (int Stops, int Moving, int KillsMoving) Met { get; private set; }

    /// <summary>Lets all of them happen; ends when the last has.</summary>
    public async Task RunAsync(IEnumerable<Fault> faults)
    {
        foreach (Fault fault in faults)
            _deeds.Add(movers.Machine.Run(() => RunAsync(fault)));
        await Task.WhenAll(_deeds);
    }

    private async Task RunAsync(Fault fault)
    {
        await world.Delay(TimeSpan.FromMilliseconds(fault.AtMs), movers.Machine);
        SimNode node = cluster.Nodes[fault.Which % cluster.Nodes.Count];
        if (!node.IsStopping)
            await BeginAsync(fault, node);
    }

    private async Task BeginAsync(Fault fault, SimNode node)
    {
        world.Note($"fault {fault.Kind} +{fault.LastsMs} at {node.Id}");
        TimeSpan lasts = TimeSpan.FromMilliseconds(fault.LastsMs);
        switch (fault.Kind)
        {
            case FaultKind.Move:
                await cluster.BeginMove(fault.Which);
                break;
            case FaultKind.TakeBack:
                await cluster.TakeBack(fault.Which);
                break;
            case FaultKind.LinkReset:
                LinkOf(fault)?.Socket.Reset();
                break;
            case FaultKind.LinkHoldUp:
                LinkOf(fault)?.Socket.HoldUp(lasts);
                break;
            case FaultKind.Reset:
                SocketOf(fault, node)?.Reset();
                break;
            case FaultKind.Stall:
                SocketOf(fault, node)?.Stall(lasts);
                break;
            case FaultKind.HoldUp:
                SocketOf(fault, node)?.HoldUp(lasts);
                break;
            case FaultKind.KeepShard:
                ShardBlock shard = node.Process.Engine.Shards[fault.Which % node.Process.Engine.Shards.Length];
                // A shard that has completed cannot be kept.
                node.Scheduler.Post(() => _ = shard.Post(new KeptShard(world, node.Scheduler, lasts)));
                break;
            case FaultKind.PauseWrites:
                await node.AskAsync("CLIENT", "PAUSE", fault.LastsMs.ToString(CultureInfo.InvariantCulture), "WRITE");
                break;
            case FaultKind.FlushAll:
                await FlushAsync(node);
                break;
            case FaultKind.Save:
                await SaveAsync(node, Savers.Wishes[fault.Which / cluster.Nodes.Count % Savers.Wishes.Count]);
                break;
            case FaultKind.DiskStall:
                node.Disk!.Disk.Stall(lasts);
                break;
            case FaultKind.DiskTrouble:
                node.Disk!.Disk.Trouble((DiskTrouble)(fault.Which % Enum.GetValues<DiskTrouble>().Length), lasts);
                break;
            default:
                await EndAsync(fault, node, node.Life);
                break;
        }
    }

    private SimPeerLink? LinkOf(Fault fault) =>
        cluster.Nodes.SelectMany(node => node.Peers.Links).ToArray() is { Length: > 0 } links ? links[fault.Which % links.Length] : null;

    private static SimSocket? SocketOf(Fault fault, SimNode node) => node.Network.Sockets is { Count: > 0 } sockets ? sockets[fault.Which % sockets.Count] : null;

    // What the node owned before or afterwards may be gone: not what is on its way to it. One that comes back is left alone until what it has loaded has been looked at.
    private async Task FlushAsync(SimNode node)
    {
        if (node.Restarters > 0)
            return;
        ClusterNode view = node.Process.Engine.Cluster!;
        SlotSet before = view.View.Held;
        await node.AskAsync("FLUSHALL");
        Forget(before.Union(view.View.Held));
    }

    private void Forget(SlotSet slots)
    {
        movers.Forget(key => slots.Contains(NodeImage.SlotOf(key)));
        ballast.Forget(slots);
    }

    // Why one failed is judged with the snapshots.
    private async Task SaveAsync(SimNode node, string[] words)
    {
        bool isServing = node.Restarters == 0;
        RespValue? reply = await node.AskAsync(words);
        oracle.Require(reply is null || !isServing || Savers.IsExpected(words, reply), Wrong.Reply, $"{string.Join(' ', words)} answered {reply}");
    }

    private async Task EndAsync(Fault fault, SimNode node, NodeLife life)
    {
        bool comesBack = restarts && node.Disk is not null;
        node.Restarters += comesBack ? 1 : 0;
        bool isKill = fault.Kind is FaultKind.Kill or FaultKind.PowerLoss;
        Met = isKill
            ? (Met.Stops, Met.Moving, Met.KillsMoving + (node.IsMoving ? 1 : 0))
            : (Met.Stops + 1, Met.Moving + (node.IsMoving ? 1 : 0), Met.KillsMoving);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.PowerLoss:
                life.Kill();
                if (fault.Kind == FaultKind.PowerLoss)
                    node.Disk!.Disk.LosePower();
                break;
            case FaultKind.Terminate:
                Stop(life, "SIGTERM");
                break;
            default:
                await ShutDownAsync(node, life, fault.Kind == FaultKind.ShutdownNow ? ["SHUTDOWN", "NOSAVE", "NOW"] : WordsOf(fault, node));
                break;
        }

        if (!comesBack)
            return;
        await life.Process.Ended;
        await world.Delay(TimeSpan.FromMilliseconds(fault.LastsMs), movers.Machine);
        await cluster.RestartAsync(node, life, started, Forget);
        node.Restarters--;
    }

    private string[] WordsOf(Fault fault, SimNode node) => ShutdownWords[node.Disk is null ? 0 : fault.Which / cluster.Nodes.Count % ShutdownWords.Length];

    private static void Stop(NodeLife life, string reason) => life.Scheduler.Post(() => life.Process.RequestStop(new StopRequest(reason, Now: false)));

    // The wish is an operator's: if his connection does not come through, a signal does it.
    private async Task ShutDownAsync(SimNode node, NodeLife life, string[] words)
    {
        if (await cluster.ConnectAsync(node.Port, movers.Machine) is { } socket)
        {
            SimClient client = new(world, socket, $"operator of {node.Id}");
            RespValue? reply = await client.CallAsync(words);
            oracle.Require(reply is null || reply.IsError, Wrong.Reply, $"{string.Join(' ', words)} answered {reply}");
            client.Close();
        }

        Stop(life, "the operator's second way");
    }
}
