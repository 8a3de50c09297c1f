namespace DragonflyFlow.Perf.Rivals;

/// <summary>One server of a run: how it is started, and on which cores. In the arguments <c>{port}</c> stands for the port it is given.</summary>
internal sealed record ServerLaunch(string Name, bool Pinned, IReadOnlyList<string> CommandLine)
{
    private const string Port = "{port}";

    /// <summary>Environment variables beside our own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What is added when it is to find what it has saved.</summary>
    public IReadOnlyList<string> Recovering { get; init; } = [];

    /// <summary>Whether it saves in a child process, whose memory is not in its own figures.</summary>
    public bool Forks { get; init; }

    /// <summary>The command line with the port filled in.</summary>
    public IReadOnlyList<string> For(int port) => [.. CommandLine.Select(part => part.Replace(Port, $"{port}", StringComparison.Ordinal))];
}
