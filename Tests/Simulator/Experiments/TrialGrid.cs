using System.Globalization;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>All trials of an experiment, in an order in which every beginning of it is a fair sample: seed by seed through all combinations.</summary>
/// <param name="Orders">Orders of the stop.</param>
/// <param name="Kinds">Kinds of streamers.</param>
/// <param name="Streamers">Numbers of streamers.</param>
/// <param name="Sinks">Manners of sinks.</param>
/// <param name="Phases">Moments of the stop.</param>
/// <param name="FirstSeed">The first seed.</param>
/// <param name="Seeds">How many seeds each combination has.</param>
internal sealed record TrialGrid(
    IReadOnlyList<string> Orders, IReadOnlyList<string> Kinds, IReadOnlyList<int> Streamers, IReadOnlyList<string> Sinks, IReadOnlyList<string> Phases, int FirstSeed, int Seeds)
{
    /// <summary>How many there are.</summary>
    public int Count => Orders.Count * Kinds.Count * Streamers.Count * Sinks.Count * Phases.Count * Seeds;

    /// <summary>Every <paramref name="parts"/>-th of them, beginning with number <paramref name="part"/>: one process's share.</summary>
    public IEnumerable<Trial> Part(int part, int parts) => All().Where((_, at) => at % parts == part);

    /// <summary>The options of the simulator that ask for it.</summary>
    public IEnumerable<string> ToArguments() =>
    [
        "--orders", string.Join(',', Orders), "--streamer", string.Join(',', Kinds), "--streamers", string.Join(',', Streamers), "--sinks", string.Join(',', Sinks),
        "--phases", string.Join(',', Phases), "--first-seed", FirstSeed.ToString(CultureInfo.InvariantCulture), "--seeds", Seeds.ToString(CultureInfo.InvariantCulture),
    ];

    private IEnumerable<Trial> All() =>
        from seed in Enumerable.Range(FirstSeed, Seeds)
        from streamers in Streamers
        from sink in Sinks
        from phase in Phases
        from kind in Kinds
        from order in Orders
        select new Trial(order, kind, streamers, Trial.SinkOf(sink), Trial.PhaseOf(phase), seed);
}
