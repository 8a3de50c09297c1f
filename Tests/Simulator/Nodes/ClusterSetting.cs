using System.Globalization;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>What a run of several nodes has instead of one store: the nodes, and the options of their migrations.</summary>
/// <param name="Shards">Shards of each node.</param>
/// <param name="Ballast">Keys that nobody changes.</param>
/// <param name="IsPatient">Whether the deadlines of migrations are long enough for any network: then each comes to its end.</param>
/// <param name="AwaitsEnds">Whether migrations whose ends both live are awaited at the end, rather than taken back.</param>
/// <param name="Options">Options of all nodes.</param>
internal sealed record ClusterSetting(IReadOnlyList<int> Shards, int Ballast, bool IsPatient, bool AwaitsEnds, IReadOnlyList<(string Name, string Value)> Options)
{
    /// <summary>Longer than any deadline of a migration: a link that is held up for so long is half open.</summary>
    public const int HalfOpenMs = 20_000;

    /// <summary>Whether nodes with disks that have ended are started again.</summary>
    public bool Restarts { get; init; }

    private const double Share = 0.3;
    private const int FragmentBytesMin = 64;
    private const int WindowBytesMin = 1024;

    /// <summary>What a seed has; null if it has one store.</summary>
    public static ClusterSetting? Draw(SimRandom random)
    {
        if (!random.Chance(Share))
            return null;
        int nodes = random.Pick([2, 2, 3]);
        bool isPatient = random.Chance(0.5);
        return new ClusterSetting(
            [.. Enumerable.Range(0, nodes).Select(_ => random.Between(1, 3))],
            random.Pick([0, 20, 120, 300]),
            isPatient,
            random.Chance(0.6),
            [
                ("cluster_mode", "yes"),
                ("slot_migration_retry_ms", random.Pick(["5", "50"])),
                ("slot_migration_connection_timeout_ms", isPatient ? "3000" : random.Pick(["200", "2000"])),
                ("migration_finalization_timeout_ms", isPatient ? "5000" : random.Pick(["20", "200", "2000"])),
                ("slot_migration_write_timeout_ms", isPatient ? "3000" : random.Pick(["100", "1000"])),
                ("slot_migration_stall_ms", isPatient ? "3000" : random.Pick(["50", "1000"])),
                ("slot_migration_shard_share", random.Pick(["1", "20", "100"])),
            ]);
    }

    /// <summary>The network of such a run: bytes that arrive one by one would only make it long.</summary>
    public static NetworkProfile Of(NetworkProfile drawn) => drawn with
    {
        FragmentBytesMax = Math.Max(FragmentBytesMin, drawn.FragmentBytesMax),
        WindowBytes = Math.Max(WindowBytesMin, drawn.WindowBytes),
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"nodes of {string.Join('+', Shards)} shards, {Ballast} keys, {string.Join(' ', Options.Select(option => $"{option.Name}={option.Value}"))}, {(AwaitsEnds ? "migrations are awaited" : "migrations are taken back")}{(Restarts ? ", nodes are started again" : string.Empty)}");
}
