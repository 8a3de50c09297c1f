// Owner: the world's one thread.

using System.Globalization;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>One process of a node, with the connections to it and its links to others, which end with it. The node's disk and port outlive it.</summary>
internal sealed class NodeLife
{
    private SimProcess? _process;

    public NodeLife(SimWorld world, NetworkProfile profile, string id, int number, Func<int, SeededScheduler, Task<SimSocket?>> connect)
    {
        string name = number == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}.{number}");
        Scheduler = new SeededScheduler(world, name);
        Network = new SimNetwork(world, profile, $"{name}:");
        Peers = new SimPeers(world, Scheduler, port => connect(port, Scheduler));
    }

    public SeededScheduler Scheduler { get; }

    /// <summary>The connections to it, of clients and of other nodes.</summary>
    public SimNetwork Network { get; }

    /// <summary>Its links to others.</summary>
    public SimPeers Peers { get; }

    public SimProcess Process => _process ?? throw new InvalidOperationException($"{Scheduler.Name} has not started");

    /// <summary>Whether its process was made.</summary>
    public bool IsMade => _process is not null;

    /// <summary>What it held when nothing could change it any more; null until then, and if it was killed.</summary>
    public NodeImage? Image { get; private set; }

    public bool HasEnded => Process.Ended.IsCompleted;

    /// <summary>Whether it was killed.</summary>
    public bool IsKilled => HasEnded && Process.Report is null;

    /// <summary>Whether it was asked to stop, or killed.</summary>
    public bool IsStopping => HasEnded || Process.IsStopping;

    /// <summary>Starts the process.</summary>
    public Task StartAsync(SimWorld world, ProcessOptions options, Action<SimProcess> started) => Scheduler.Run(() =>
    {
        _process = SimProcess.Start(world, Scheduler, options with
        {
            Peers = options.WrapPeers(Peers),
            AtImage = async process => Image = await NodeImage.ReadAsync(process.Engine),
        });
        started(_process);
        return Task.CompletedTask;
    });

    /// <summary>It has ended by itself: nothing of it runs any more.</summary>
    public void Exit()
    {
        Process.Exit();
        Network.RefuseUnanswered();
    }

    /// <summary>Ends it as the kernel does.</summary>
    public void Kill()
    {
        Process.Kill();
        Network.ResetAll();
        Peers.ResetAll();
    }
}
