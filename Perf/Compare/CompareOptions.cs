using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Compare;

/// <summary>What a comparison is asked to do.</summary>
internal sealed record CompareOptions
{
    /// <summary>Rivals by name.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = ["redis", "garnet"];

    /// <summary>Rounds; each starts every server afresh.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Tests by name.</summary>
    public IReadOnlyList<string> Tests { get; init; } = TestCatalog.Names;

    /// <summary>Pipeline depths.</summary>
    public IReadOnlyList<int> Pipelines { get; init; } = [1, 16, 64];

    /// <summary>Keys of the prefilled keyspace.</summary>
    public int Keys { get; init; } = 1_000_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 64;

    /// <summary>Connections.</summary>
    public int Clients { get; init; } = 50;

    /// <summary>Requests of each run; null = as many as every server needs to be measured well.</summary>
    public long? Requests { get; init; }

    /// <summary>What drives the servers.</summary>
    public LoadTool Tool { get; init; }

    /// <summary>Server and load on cores of their own.</summary>
    public bool Pinned { get; init; } = true;

    /// <summary>A short run that shows that everything works; its figures mean nothing.</summary>
    public bool Smoke { get; init; }

    /// <summary>Missed targets make the exit code 3.</summary>
    public bool Strict { get; init; }

    /// <summary>A file that gets the samples too.</summary>
    public string? CsvFile { get; init; }

    /// <summary>Where garnet-server is.</summary>
    public string? GarnetPath { get; init; }

    /// <summary>These options, cut to a run of seconds.</summary>
    public CompareOptions Shortened() => this with { Rounds = 1, Keys = Math.Min(Keys, 10_000), Requests = 5_000, Clients = Math.Min(Clients, 10) };
}
