using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>What the verb <c>migration</c> is asked to do.</summary>
internal sealed record MigrationOptions
{
    /// <summary>Rounds; each starts every pair of nodes afresh.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Keys of 16 bytes, over all slots.</summary>
    public int Keys { get; init; } = 1_000_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 32;

    /// <summary>Slots that move; the source has all at the beginning.</summary>
    public int Slots { get; init; } = KeySlot.Count / 2;

    /// <summary>Slots that have moved before in the scene <see cref="Scene.BothServe"/>; 0 = without that scene.</summary>
    public int ServedBefore { get; init; } = KeySlot.Count / 4;

    /// <summary>The scenes of a round.</summary>
    public IEnumerable<Scene> Scenes => ServedBefore > 0 ? [Scene.Idle, Scene.HalfWrites, Scene.BothServe] : [Scene.Idle, Scene.HalfWrites];

    /// <summary>Connections of the load, half of whose commands are writes.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>Seconds of load that nobody looks at: longer than nodes take for what they do once, in their first seconds.</summary>
    public int WarmUpSeconds { get; init; } = 5;

    /// <summary>Seconds of load before the slots begin to move.</summary>
    public int Seconds { get; init; } = 3;

    /// <summary>Shards of our nodes; 0 = as they come.</summary>
    public int Shards { get; init; }

    /// <summary>Keys that redis-cli moves in one command, a pair of nodes for each; none = no rival.</summary>
    public IReadOnlyList<int> RedisPipelines { get; init; } = [10, 100];

    /// <summary>Options of ours beside the usual, each name=value.</summary>
    public IReadOnlyList<string> Ours { get; init; } = [];

    /// <summary>Megabytes of one big value that moves alone, instead of all else; 0 = none.</summary>
    public int BigValueMegabytes { get; init; }

    /// <summary>Missed targets make the exit code 3.</summary>
    public bool Strict { get; init; }

    /// <summary>The same with little to move: shows that it runs, and no figure of it is to be trusted.</summary>
    public MigrationOptions Smoke()
        => this with { Rounds = 1, Keys = 5000, Slots = 256, ServedBefore = 128, Clients = 4, WarmUpSeconds = 0, Seconds = 1, RedisPipelines = [.. RedisPipelines.Take(1)] };
}
