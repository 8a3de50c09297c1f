namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>What a command line asks for: one of these four things.</summary>
internal sealed record CommandLineRequest
{
    public bool WantsHelp { get; init; }

    public bool WantsVersion { get; init; }

    public string? Error { get; init; }

    public OptionSource? Source { get; init; }
}
