// Owner: the world's one thread.

using System.Globalization;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>One node of a simulated cluster: a machine, with a disk or without, and the server processes that it runs one after the other.</summary>
internal sealed class SimNode
{
    private const int FirstPort = 7001;

    private readonly SimWorld _world;
    private readonly NetworkProfile _profile;
    private readonly Func<int, SeededScheduler, Task<SimSocket?>> _connect;
    private readonly List<NodeLife> _lives = [];
    private ProcessOptions _options;

    public SimNode(SimWorld world, NetworkProfile profile, int index, ProcessOptions options, NodeDisk? disk, Func<int, SeededScheduler, Task<SimSocket?>> connect)
    {
        _world = world;
        _profile = profile;
        _connect = connect;
        Index = index;
        Disk = disk;
        ProcessOptions mine = options with { Settings = [.. options.Settings, ("cluster_node_id", Id), ("port", Port.ToString(CultureInfo.InvariantCulture))] };
        _options = disk?.Give(mine) ?? mine;
    }

    public int Index { get; }

    public string Id => IdOf(Index);

    public string Ip => string.Create(CultureInfo.InvariantCulture, $"10.0.1.{Index}");

    public int Port => FirstPort + Index;

    /// <summary>The identity of a node by its index.</summary>
    public static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"n{index}");

    /// <summary>Its disk; null if what it holds ends with its process.</summary>
    public NodeDisk? Disk { get; }

    /// <summary>Its processes, oldest first.</summary>
    public IReadOnlyList<NodeLife> Lives => _lives;

    /// <summary>Its process of now, or the last it had.</summary>
    public NodeLife Life => _lives[^1];

    public SeededScheduler Scheduler => Life.Scheduler;

    public SimNetwork Network => Life.Network;

    public SimPeers Peers => Life.Peers;

    public SimProcess Process => Life.Process;

    /// <summary>Whether a process was made.</summary>
    public bool IsMade => _lives.Count > 0 && Life.IsMade;

    public bool HasEnded => Life.HasEnded;

    /// <summary>Whether it was killed.</summary>
    public bool IsKilled => Life.IsKilled;

    /// <summary>Whether it was asked to stop, or killed.</summary>
    public bool IsStopping => Life.IsStopping;

    /// <summary>How many of those that have ended its process will see to it that it serves again.</summary>
    public int Restarters { get; set; }

    /// <summary>Whether all that it held when it ended is on its disk, by the contract of a stop.</summary>
    public bool IsSaved => HasEnded && Process is { Report.Verdict: StopVerdict.Clean, SavesAtStop: true };

    /// <summary>Its migrations as a node of the cluster.</summary>
    public MigrationRegister Migrations => Process.Engine.Cluster!.Migrations;

    /// <summary>Whether a migration from it or to it is between its first round and its end.</summary>
    public bool IsMoving =>
        Migrations.Outgoing.Any(outgoing => outgoing.Progress.Round > 0 && !outgoing.Progress.State.IsOver())
        || Migrations.Incoming.Any(incoming => incoming.Progress.Round > 0 && incoming.Progress.State is MigrationState.Connecting or MigrationState.Sync);

    /// <summary>Starts a process. What making one throws is reported, and the node stays as it was.</summary>
    public async Task StartAsync(Action<SimProcess> started)
    {
        NodeLife life = new(_world, _profile, Id, _lives.Count, _connect);
        await life.StartAsync(_world, _options, started);
        if (life.IsMade)
            _lives.Add(life);
    }

    /// <summary>Starts the next process behind one that has ended, and waits until it has loaded what is on the disk.</summary>
    public async Task RestartAsync(Action<SimProcess> started)
    {
        Life.Exit();
        _options = Disk!.Revive(_options);
        await StartAsync(started);
        await Disk.AwaitLoadAsync(Process);
    }

    /// <summary>The run is over: what other processes of its machine load; null if nothing.</summary>
    public Task<NodeImage?> ReloadAsync() => Disk!.ReloadAsync(_options);

    /// <summary>Runs a command inside the process; null if it ends before there is an answer.</summary>
    public async Task<RespValue?> AskAsync(params string[] words)
    {
        RespValue? reply = null;
        SimProcess process = Process;
        _world.Note($"{Id} is asked {words[0]} {words.ElementAtOrDefault(1)}");
        Task asked = Scheduler.Run(async () =>
        {
            using DirectClient client = new(process.Engine);
            reply = await client.CallAsync(words);
        });
        await Task.WhenAny(asked, process.Ended);
        _world.Note($"{Id} answers {reply}");
        return reply;
    }

    /// <summary>Ends its process as the kernel does.</summary>
    public void Kill() => Life.Kill();
}
