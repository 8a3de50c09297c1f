using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What a process may hold, and after a stop in order does not.</summary>
internal static class Leftovers
{
    /// <summary>Each kind with how many there are now.</summary>
    public static (string What, long Count)[] Of(SimProcess process, SimNetwork network)
    {
        StoreEngine engine = process.Engine;
        return
        [
            ("blocks of the graph", process.Graph.LiveBlocks),
            ("bytes of native memory", engine.Shards.Sum(shard => shard.Keyspace.Arena.ReservedBytes)),
            ("leases", engine.Shards.Sum(shard => (long)shard.Keyspace.Arena.LiveLeases)),
            ("walks", engine.Shards.Count(shard => shard.Walks is not null)),
            ("journals", engine.Journals.IsActive ? 1 : 0),
            ("open files", process.Files?.OpenFiles ?? 0),
            ("clients", engine.Clients.Count),
            ("blocked clients", engine.BlockedClients.Count),
            ("parked clients", engine.Pause.Waiting),
            ("subscribers", engine.PubSub.Channels.IsEmpty ? 0 : 1),
            ("sockets", network.OpenAtServers),
            ("timers", process.ArmedTimers),
        ];
    }
}
