// Owner: the world's one thread.

using System.Globalization;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>One node of a simulated cluster: a machine with a server process, the connections to it, and its links to others.</summary>
internal sealed class SimNode
{
    private const int FirstPort = 7001;

    private readonly SimWorld _world;
    private readonly ProcessOptions _options;
    private SimProcess? _process;

    public SimNode(SimWorld world, NetworkProfile profile, int index, ProcessOptions options, Func<int, SeededScheduler, Task<SimSocket?>> connect)
    {
        _world = world;
        Index = index;
        Scheduler = new SeededScheduler(world, Id);
        Network = new SimNetwork(world, profile, $"{Id}:");
        Peers = new SimPeers(world, Scheduler, port => connect(port, Scheduler));
        _options = options with
        {
            Peers = options.WrapPeers(Peers),
            AtImage = async process => Image = await NodeImage.ReadAsync(process.Engine),
            Settings = [.. options.Settings, ("cluster_node_id", Id), ("port", Port.ToString(CultureInfo.InvariantCulture))],
        };
    }

    public int Index { get; }

    public string Id => string.Create(CultureInfo.InvariantCulture, $"n{Index}");

    public string Ip => string.Create(CultureInfo.InvariantCulture, $"10.0.1.{Index}");

    public int Port => FirstPort + Index;

    public SeededScheduler Scheduler { get; }

    /// <summary>The connections to it, of clients and of other nodes.</summary>
    public SimNetwork Network { get; }

    /// <summary>Its links to others.</summary>
    public SimPeers Peers { get; }

    /// <summary>What it held when nothing could change it any more; null until then, and if it was killed.</summary>
    public NodeImage? Image { get; private set; }

    public SimProcess Process => _process ?? throw new InvalidOperationException($"{Id} has not started");

    /// <summary>Whether its process was made.</summary>
    public bool IsMade => _process is not null;

    public bool HasEnded => Process.Ended.IsCompleted;

    /// <summary>Whether it was killed.</summary>
    public bool IsKilled => HasEnded && Process.Report is null;

    /// <summary>Whether it was asked to stop, or killed.</summary>
    public bool IsStopping => HasEnded || Process.IsStopping;

    /// <summary>Its migrations as a node of the cluster.</summary>
    public MigrationRegister Migrations => Process.Engine.Cluster!.Migrations;

    /// <summary>Whether a migration from it or to it is between its first round and its end.</summary>
    public bool IsMoving =>
        Migrations.Outgoing.Any(outgoing => outgoing.Progress.Round > 0 && !outgoing.Progress.State.IsOver())
        || Migrations.Incoming.Any(incoming => incoming.Progress.Round > 0 && incoming.Progress.State is MigrationState.Connecting or MigrationState.Sync);

    /// <summary>Starts the process.</summary>
    public Task StartAsync(Action<SimProcess> started) => Scheduler.Run(() =>
    {
        _process = SimProcess.Start(_world, Scheduler, _options);
        started(_process);
        return Task.CompletedTask;
    });

    /// <summary>Runs a command inside the process; null if it ends before there is an answer.</summary>
    public async Task<RespValue?> AskAsync(params string[] words)
    {
        RespValue? reply = null;
        _world.Note($"{Id} is asked {words[0]} {words.ElementAtOrDefault(1)}");
        Task asked = Scheduler.Run(async () =>
        {
            using DirectClient client = new(Process.Engine);
            reply = await client.CallAsync(words);
        });
        await Task.WhenAny(asked, Process.Ended);
        _world.Note($"{Id} answers {reply}");
        return reply;
    }

    /// <summary>Ends it as the kernel does.</summary>
    public void Kill()
    {
        Process.Kill();
        Network.ResetAll();
        Peers.ResetAll();
    }
}
