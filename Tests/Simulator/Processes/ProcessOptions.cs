using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>How a simulated process is made. What is not the store's own way is a control: a fault put in on purpose, to be found.</summary>
internal sealed record ProcessOptions
{
    /// <summary>Shards.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>In which order a stop goes through the stages.</summary>
    public IStopOrder Order { get; init; } = UpstreamFirst.Instance;

    /// <summary>How completion crosses an arrow.</summary>
    public ICompletionRule Completion { get; init; } = AllSources.Instance;

    /// <summary>Where the image that acknowledgements are held against is taken.</summary>
    public Stage ImageStage { get; init; } = Stage.FinalSnapshot;

    /// <summary>How long the process lives on behind its stop.</summary>
    public int LingerMs { get; init; }

    /// <summary>The disk of its machine; null if the store has none.</summary>
    public SimDisk? Disk { get; init; }

    /// <summary>What stands between the store and its disk, by the process's clock.</summary>
    public Func<IDisk, TimeProvider, IDisk> WrapDisk { get; init; } = (disk, _) => disk;

    /// <summary>Who is told of its snapshots; null without a disk.</summary>
    public SnapshotHistory? History { get; init; }

    /// <summary>What happens in the step of a cut besides.</summary>
    public Action<SimProcess> AtCut { get; init; } = _ => { };

    /// <summary>How it reaches other nodes; null if it is alone.</summary>
    public IPeerNetwork? Peers { get; init; }

    /// <summary>What stands between it and them.</summary>
    public Func<IPeerNetwork, IPeerNetwork> WrapPeers { get; init; } = peers => peers;

    /// <summary>What happens besides where the image is taken.</summary>
    public Func<SimProcess, Task> AtImage { get; init; } = _ => Task.CompletedTask;

    /// <summary>Options of the store.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>What stands between a connection and its session.</summary>
    public Func<ISession, ISession> Wrap { get; init; } = session => session;
}
