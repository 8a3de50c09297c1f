// Owner: the world's one thread.

using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>The disk of a node's machine and what the world knows of the snapshots on it.</summary>
internal sealed class NodeDisk
{
    private readonly SnapshotSetting _setting;
    private readonly SimRandom _random;
    private readonly LoadJudge _judge;
    private readonly Restart _atEnd;

    public NodeDisk(SimWorld world, SnapshotSetting setting, Oracle oracle, string id)
    {
        _setting = setting;
        _random = world.RandomOf($"lives of {id}");
        Disk = new SimDisk(world, setting.Disk, $"disk of {id}");
        History = new SnapshotHistory(world);
        _judge = new LoadJudge(History, oracle);
        _atEnd = new Restart(world, setting, Disk, History, oracle);
    }

    public SimDisk Disk { get; }

    /// <summary>Its snapshots, by whichever process of the node.</summary>
    public SnapshotHistory History { get; }

    /// <summary>Processes that have loaded when the run was over.</summary>
    public IReadOnlyList<SimProcess> Reloaded => _atEnd.Processes;

    /// <summary>A process of this machine.</summary>
    public ProcessOptions Give(ProcessOptions options) => options with { Disk = Disk, History = History, Settings = [.. options.Settings, .. _setting.Options] };

    /// <summary>The machine is well again, and its next process may have another number of shards.</summary>
    public ProcessOptions Revive(ProcessOptions options)
    {
        Disk.Heal();
        return options with { Shards = _random.Between(1, 3) };
    }

    /// <summary>Waits for the load of a process that has just started, and holds what it has brought against the cuts there were.</summary>
    public async Task AwaitLoadAsync(SimProcess process)
    {
        Cut? published = History.Published;
        // Nothing of one that is killed goes on.
        await Task.WhenAny(process.Loading, process.Ended);
        if (process.LoadEnd == LoadEnd.UnderWay)
            return;
        _judge.JudgeEnd(process, published);
        if (process is { LoadEnd: LoadEnd.Whole, IsStopping: false })
            await _judge.JudgeStateAsync(process, published);
    }

    /// <summary>The run is over: further processes, alone and told of no cluster, load what is there; null if nothing was loaded whole.</summary>
    public async Task<NodeImage?> ReloadAsync(ProcessOptions options)
    {
        NodeImage? image = null;
        await _atEnd.RunAsync(options with { AtImage = async process => image = await NodeImage.ReadAsync(process.Engine) }, final: null);
        return Reloaded[^1].LoadEnd == LoadEnd.Whole ? image : null;
    }
}
