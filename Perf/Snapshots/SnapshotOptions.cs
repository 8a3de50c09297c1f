using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>What the verb <c>snapshot</c> is asked to do.</summary>
internal sealed record SnapshotOptions
{
    /// <summary>Rivals by name.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = ["redis", "garnet"];

    /// <summary>Rounds; each starts every server afresh.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Keys of 16 bytes.</summary>
    public int Keys { get; init; } = 5_000_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 32;

    /// <summary>Pipeline depths; a snapshot is made under the load of each.</summary>
    public IReadOnlyList<int> Pipelines { get; init; } = [1, 16];

    /// <summary>Connections of the load.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>What loads the servers.</summary>
    public LoadTool Load { get; init; }

    /// <summary>Seconds of load before each snapshot.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Bytes a second that our file gets at most, of ourselves alone; 0 = no limit.</summary>
    public int SinkLimit { get; init; }

    /// <summary>Options of ours beside the usual, each name=value.</summary>
    public IReadOnlyList<string> Ours { get; init; } = [];

    /// <summary>Missed targets make the exit code 3.</summary>
    public bool Strict { get; init; }

    /// <summary>Where garnet-server is.</summary>
    public string? GarnetPath { get; init; }
}
