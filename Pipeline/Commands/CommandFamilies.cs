using DragonflyFlow.Pipeline.Commands.Bits;
using DragonflyFlow.Pipeline.Commands.Cluster;
using DragonflyFlow.Pipeline.Commands.Connection;
using DragonflyFlow.Pipeline.Commands.Generic;
using DragonflyFlow.Pipeline.Commands.Geo;
using DragonflyFlow.Pipeline.Commands.Hashes;
using DragonflyFlow.Pipeline.Commands.HyperLogLog;
using DragonflyFlow.Pipeline.Commands.Lists;
using DragonflyFlow.Pipeline.Commands.PubSub;
using DragonflyFlow.Pipeline.Commands.Scripting;
using DragonflyFlow.Pipeline.Commands.Server;
using DragonflyFlow.Pipeline.Commands.Sets;
using DragonflyFlow.Pipeline.Commands.Snapshots;
using DragonflyFlow.Pipeline.Commands.SortedSets;
using DragonflyFlow.Pipeline.Commands.Streams;
using DragonflyFlow.Pipeline.Commands.Strings;
using DragonflyFlow.Pipeline.Commands.Transactions;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>The families of commands this build has. A new family is added here and nowhere else.</summary>
public static class CommandFamilies
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<CommandFamily> All { get; } =
    [
        ConnectionCommands.Family,
        ServerCommands.Family,
        SnapshotCommands.Family,
        GenericCommands.Family,
        GenericCommands.DatabaseFamily,
        TransactionCommands.Family,
        StringCommands.Family,
        BitCommands.Family,
        HyperLogLogCommands.Family,
        ListCommands.Family,
        HashCommands.Family,
        SetCommands.Family,
        PubSubCommands.Family,
        ScriptingCommands.Family,
        SortedSetCommands.Family,
        GeoCommands.Family,
        ClusterCommands.Family,
        StreamCommands.Family,
    ];
}
