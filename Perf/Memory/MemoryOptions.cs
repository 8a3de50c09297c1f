namespace DragonflyFlow.Perf.Memory;

/// <summary>What the verb <c>memory</c> is asked to do.</summary>
internal sealed record MemoryOptions
{
    /// <summary>Rivals by name.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = ["redis", "garnet"];

    /// <summary>Rounds.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Numbers of keys, of 16 bytes each.</summary>
    public IReadOnlyList<int> Keys { get; init; } = [1_000_000, 5_000_000];

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 32;

    /// <summary>Missed targets make the exit code 3.</summary>
    public bool Strict { get; init; }

    /// <summary>Where garnet-server is.</summary>
    public string? GarnetPath { get; init; }
}
