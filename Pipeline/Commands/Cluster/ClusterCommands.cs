using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Cluster;

/// <summary>CLUSTER, READONLY, READWRITE, DFLYCLUSTER: what a node says of its cluster, and how it is told.</summary>
internal static class ClusterCommands
{
    private const string Disabled = "ERR This instance has cluster support disabled";
    private const string InvalidSlot = "ERR Invalid slot";

    public static CommandFamily Family { get; } = new("cluster",
    [
        new("cluster", None,
            new("slots", 2, Loading | Stale, KeySpec.None, InCluster(ClusterReplies.Slots)) { Summary = "Returns the mapping of cluster slots to nodes.", Since = "3.0.0", Complexity = "O(N) where N is the total number of Cluster nodes" },
            new("shards", 2, Loading | Stale, KeySpec.None, InCluster(ClusterReplies.Shards)) { Summary = "Returns the mapping of cluster slots to shards.", Since = "7.0.0", Complexity = "O(N) where N is the total number of cluster nodes" },
            new("nodes", 2, Stale, KeySpec.None, InCluster(ClusterReplies.Nodes)) { Summary = "Returns the cluster configuration for a node.", Since = "3.0.0", Complexity = "O(N) where N is the total number of Cluster nodes" },
            new("info", 2, Stale, KeySpec.None, InCluster(ClusterInfo.Reply)) { Summary = "Returns information about the state of a node.", Since = "3.0.0" },
            new("myid", 2, Stale, KeySpec.None, InCluster(MyId)) { Summary = "Returns the ID of a node.", Since = "3.0.0" },
            new("keyslot", 3, Stale, KeySpec.None, InCluster(KeySlotOf)) { Summary = "Returns the hash slot for a key.", Since = "3.0.0", Complexity = "O(N) where N is the number of bytes in the key" },
            new("countkeysinslot", 3, Stale | Global, KeySpec.None, InCluster(CountKeysInSlot)) { Summary = "Returns the number of keys in a hash slot.", Since = "3.0.0" },
            new("getkeysinslot", 4, Stale | NoMulti | NoScript, KeySpec.None, InCluster(GetKeysInSlot)) { Summary = "Returns the key names in a hash slot.", Since = "3.0.0", Complexity = "O(N) where N is the number of keys of the store, in slices" },
            new("links", 2, Stale, KeySpec.None, InCluster(Links)) { Summary = "Returns a list of all TCP links to and from peer nodes.", Since = "7.0.0", Complexity = "O(N) where N is the total number of Cluster nodes" },
            new("help", 2, Loading | Stale, KeySpec.None, InCluster(Help.ForContainer)) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" }),
        new("readonly", 1, Fast | Loading | Stale, KeySpec.None, InCluster(ReadOnlyOn)) { Summary = "Enables read-only queries for a connection to a Redis Cluster replica node.", Since = "3.0.0", Categories = ["connection"] },
        new("readwrite", 1, Fast | Loading | Stale, KeySpec.None, InCluster(ReadOnlyOff)) { Summary = "Enables read-write queries for a connection to a Redis Cluster replica node.", Since = "3.0.0", Categories = ["connection"] },
        DflyClusterCommands.Container,
        DflyMigrateCommands.Container,
    ]);

    /// <summary>A slot among the arguments; false with an error written.</summary>
    public static bool TrySlot(ref CommandCall call, int index, out int slot)
    {
        slot = -1;
        if (!call.TryInteger(index, out long number))
            return false;
        if (number is >= 0 and < KeySlot.Count)
        {
            slot = (int)number;
            return true;
        }

        call.Reply.Error(InvalidSlot);
        return false;
    }

    private static CommandHandler InCluster(CommandHandler handler) => (ref CommandCall call) =>
    {
        if (call.Engine.Cluster is null)
            call.Reply.Error(Disabled);
        else
            handler(ref call);
    };

    private static void MyId(ref CommandCall call) => call.Reply.Bulk(call.Engine.Cluster!.Id);

    private static void KeySlotOf(ref CommandCall call) => call.Reply.Integer(KeySlot.Of(call.Args[2]));

    private static void CountKeysInSlot(ref CommandCall call)
    {
        if (TrySlot(ref call, 2, out int slot))
            call.Reply.Integer(call.Engine.Cluster!.KeysIn(slot));
    }

    private static void GetKeysInSlot(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long slot) || !call.TryInteger(3, out long count))
            return;
        if (slot is < 0 or >= KeySlot.Count || count < 0)
        {
            call.Reply.Error("ERR Invalid slot or number of keys");
            return;
        }

        SlotKeys walk = new(call.Engine, (int)slot, count, call.Client.Session.Defer());
        walk.Start(call.Engine.Cluster!.NextWalk(), Flow.Stage.Walks);
    }

    // Nodes do not speak to each other: a manager speaks to them.
    private static void Links(ref CommandCall call) => call.Reply.Array(0);

    private static void ReadOnlyOn(ref CommandCall call)
    {
        call.Client.ReadsReplica = true;
        call.Reply.Ok();
    }

    private static void ReadOnlyOff(ref CommandCall call)
    {
        call.Client.ReadsReplica = false;
        call.Reply.Ok();
    }
}
