using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>How a simulated process is made. What is not the store's own way is a control: a fault put in on purpose, to be found.</summary>
internal sealed record ProcessOptions
{
    /// <summary>Shards.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>In which order a stop goes through the stages.</summary>
    public IStopOrder Order { get; init; } = UpstreamFirst.Instance;

    /// <summary>Where the image that acknowledgements are held against is taken.</summary>
    public Stage ImageStage { get; init; } = Stage.FinalSnapshot;

    /// <summary>How long the process lives on behind its stop.</summary>
    public int LingerMs { get; init; }

    /// <summary>What stands between a connection and its session.</summary>
    public Func<ISession, ISession> Wrap { get; init; } = session => session;
}
