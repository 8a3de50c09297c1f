using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>Where a streamer stands: its shard, and what drives it there.</summary>
internal sealed record StreamPlace(SimWorld World, SeededScheduler Scheduler, SimRandom Random, StoreEngine Engine, ShardBlock Shard, string Name);

/// <summary>A way to stream a shard. Another one is a subclass of <see cref="StreamSource"/> and a line here.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Story">What it is.</param>
/// <param name="Make">Makes the first block of one streamer.</param>
internal sealed record StreamerKind(string Name, string Story, Func<StreamPlace, StreamSource> Make)
{
    /// <summary>Options of the store that it needs.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>The kinds in the order of tables.</summary>
    public static IReadOnlyList<StreamerKind> All { get; } =
    [
        new("leased", "the store's walk: slices that are messages of the shard, under a lease on its memory", place => new LeasedSource(place)),
        new("bare", "as before dragonfly#4224: no lease, it waits for its sink in the middle of a bucket, and a stop is a flag that it looks at later", place => new BareSource(place)),
        new("restore", "the streamer of slot migrations itself: walk and journal in one, whose changes are never waited for", place => new RestoreSource(place))
        {
            // Changes bear their slot in a cluster alone.
            Settings = [("cluster_mode", "emulated")],
        },
    ];

    /// <summary>A kind by name; null if there is none.</summary>
    public static StreamerKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
