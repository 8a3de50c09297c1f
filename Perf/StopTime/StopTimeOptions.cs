namespace DragonflyFlow.Perf.StopTime;

/// <summary>What the verb <c>stop-time</c> is asked to do.</summary>
internal sealed record StopTimeOptions
{
    /// <summary>The longest a stop of ours may take, in seconds.</summary>
    public const double TargetSeconds = 0.2;

    /// <summary>Rivals by name.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = ["redis"];

    /// <summary>Keys of 16 bytes.</summary>
    public int Keys { get; init; } = 5_000_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 32;

    /// <summary>Rounds.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>A missed target makes the exit code 3.</summary>
    public bool Strict { get; init; }
}
