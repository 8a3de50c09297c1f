using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>What <c>repro shutdown</c> tries.</summary>
internal sealed record ShutdownOptions
{
    /// <summary>The order of the store; all others are naive ones.</summary>
    public const string Right = "upstream-first";

    /// <summary>Seeds of a smoke run: a minute or two on two cores.</summary>
    public const int SmokeSeeds = 6;

    /// <summary>Orders of the stop.</summary>
    public IReadOnlyList<string> Orders { get; init; } = [.. StopOrders.All.Select(order => order.Name)];

    /// <summary>Kinds of streamers.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [.. StreamerKind.All.Select(kind => kind.Name)];

    /// <summary>Numbers of streamers.</summary>
    public IReadOnlyList<int> Streamers { get; init; } = [0, 1, 4, 16, 64];

    /// <summary>Manners of sinks.</summary>
    public IReadOnlyList<string> Sinks { get; init; } = Trial.SinkNames;

    /// <summary>Moments of the stop.</summary>
    public IReadOnlyList<string> Phases { get; init; } = Trial.PhaseNames;

    /// <summary>Seeds of each combination: 170 make 10,200 stops in the right order with each kind of streamer.</summary>
    public int Seeds { get; init; } = 170;

    /// <summary>The first seed.</summary>
    public int FirstSeed { get; init; } = 1;

    /// <summary>Processes at a time: each simulates on one core.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the results go; null for a folder of their own under results.</summary>
    public string? Out { get; init; }

    /// <summary>Rows of earlier runs to be drawn, instead of new trials.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The options whose grid holds these trials.</summary>
    public ShutdownOptions For(IReadOnlyList<TrialResult> results) => this with
    {
        Orders = [.. Orders.Where(order => results.Any(result => result.Trial.Order == order))],
        Kinds = [.. Kinds.Where(kind => results.Any(result => result.Trial.Streamer == kind))],
        Streamers = [.. results.Select(result => result.Trial.Streamers).Distinct().Order()],
        Sinks = [.. Sinks.Where(sink => results.Any(result => result.Trial.SinkName == sink))],
        Phases = [.. Phases.Where(phase => results.Any(result => result.Trial.PhaseName == phase))],
        FirstSeed = results.Min(result => result.Trial.Seed),
        Seeds = results.Select(result => result.Trial.Seed).Distinct().Count(),
    };

    /// <summary>How long all trials take, roughly: most of it is that of 64 streamers.</summary>
    public TimeSpan Expected => TimeSpan.FromMilliseconds(13.0 * Grid.Count / Jobs);

    /// <summary>The trials.</summary>
    public TrialGrid Grid => new(Orders, Kinds, Streamers, Sinks, Phases, FirstSeed, Seeds);
}
