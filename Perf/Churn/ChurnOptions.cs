namespace DragonflyFlow.Perf.Churn;

/// <summary>What the verb <c>churn</c> is asked to do.</summary>
internal sealed record ChurnOptions
{
    /// <summary>Rivals by name.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = ["redis"];

    /// <summary>Keys, all of which are overwritten again and again.</summary>
    public int Keys { get; init; } = 5_000_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 64;

    /// <summary>How long.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Connections of the load.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>Requests that each sends before it awaits the replies.</summary>
    public int Pipeline { get; init; } = 16;

    /// <summary>Server and load on cores of their own.</summary>
    public bool Pinned { get; init; } = true;

    /// <summary>Where garnet-server is.</summary>
    public string? GarnetPath { get; init; }
}
