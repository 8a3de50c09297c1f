using System.Globalization;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>What came of the migrations of runs, so that it can be seen that the runs have had any.</summary>
/// <param name="Clusters">Runs with several nodes.</param>
/// <param name="Moves">Migrations that were declared.</param>
/// <param name="Finished">Those that have finished.</param>
/// <param name="Rounds">Rounds of all of them.</param>
/// <param name="Forced">Those that the manager decided without a target that had ended.</param>
/// <param name="Stops">Nodes that were stopped in order.</param>
/// <param name="StopsMoving">Those whose slots were moving when the stop was asked for.</param>
/// <param name="KillsMoving">Nodes that were killed while their slots were moving.</param>
/// <param name="Restarts">Nodes that were started again, and were nodes of the cluster as before.</param>
internal sealed record MoveCounts(int Clusters, int Moves, int Finished, int Rounds, int Forced, int Stops, int StopsMoving, int KillsMoving, int Restarts)
{
    /// <summary>No run yet.</summary>
    public static MoveCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Those of one cluster.</summary>
    public static MoveCounts Of(SimCluster cluster, ClusterFaults faults) => new(
        1,
        cluster.Moves.Count,
        cluster.Moves.Count(move => move.HasMoved),
        cluster.Moves.Sum(move => move.Outgoing?.Round ?? 0),
        cluster.Moves.Count(move => move.IsForced),
        cluster.Nodes.SelectMany(node => node.Lives).Count(life => life is { HasEnded: true, IsKilled: false }),
        faults.Met.Moving,
        faults.Met.KillsMoving,
        cluster.Nodes.Sum(node => node.Lives.Count - 1));

    /// <summary>The sum of two.</summary>
    public static MoveCounts operator +(MoveCounts a, MoveCounts b) => new(
        a.Clusters + b.Clusters, a.Moves + b.Moves, a.Finished + b.Finished, a.Rounds + b.Rounds, a.Forced + b.Forced, a.Stops + b.Stops, a.StopsMoving + b.StopsMoving, a.KillsMoving + b.KillsMoving,
        a.Restarts + b.Restarts);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Clusters} clusters: {Moves} migrations in {Rounds} rounds, {Finished} finished, {Forced} decided without their target; {Stops} nodes stopped in order, {StopsMoving} of them while their slots moved, and {KillsMoving} killed then; {Restarts} started again");
}
