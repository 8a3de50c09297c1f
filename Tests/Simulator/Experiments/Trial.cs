using System.Globalization;
using System.Text;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>How the receiver of a stream behaves.</summary>
internal enum SinkManner
{
    /// <summary>Takes each part in at most 0.2 ms.</summary>
    Fast,

    /// <summary>Takes 2 to 20 ms for each part.</summary>
    Slow,

    /// <summary>Is fast, and takes nothing any more from about the stop on.</summary>
    Stalled,

    /// <summary>Is fast, and resets the connection at about the stop.</summary>
    Reset,
}

/// <summary>How far the streamers are when the stop comes.</summary>
internal enum StopPhase
{
    /// <summary>Their blocks exist, and none has registered.</summary>
    BeforeStart,

    /// <summary>They walk their shards.</summary>
    Walk,

    /// <summary>One of them at least has walked all, and its end mark is under way.</summary>
    Finalise,
}

/// <summary>One stop of one simulated store: what is varied, and the seed of all that is left to chance.</summary>
/// <param name="Order">A name of <see cref="StopOrders.All"/>.</param>
/// <param name="Streamer">A name of <see cref="StreamerKind.All"/>.</param>
/// <param name="Streamers">How many of them.</param>
/// <param name="Sink">What they stream into.</param>
/// <param name="Phase">When the stop comes.</param>
/// <param name="Seed">The number of the trial among those that are alike.</param>
internal sealed record Trial(string Order, string Streamer, int Streamers, SinkManner Sink, StopPhase Phase, int Seed)
{
    private static readonly (string Name, SinkManner Sink)[] Sinks = [("fast", SinkManner.Fast), ("slow", SinkManner.Slow), ("stalled", SinkManner.Stalled), ("reset", SinkManner.Reset)];

    private static readonly (string Name, StopPhase Phase)[] Phases = [("before-start", StopPhase.BeforeStart), ("walk", StopPhase.Walk), ("finalise", StopPhase.Finalise)];

    /// <summary>The names of sinks, in the order of tables.</summary>
    public static IReadOnlyList<string> SinkNames { get; } = [.. Sinks.Select(sink => sink.Name)];

    /// <summary>The names of phases, in the order of tables.</summary>
    public static IReadOnlyList<string> PhaseNames { get; } = [.. Phases.Select(phase => phase.Name)];

    /// <summary>Everything that decides the trial, in the words that <see cref="Parse"/> reads.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Order}/{Streamer}/{Streamers}/{SinkName}/{PhaseName}/{Seed}");

    /// <summary>The sink's name.</summary>
    public string SinkName => Sinks.First(entry => entry.Sink == Sink).Name;

    /// <summary>The phase's name.</summary>
    public string PhaseName => Phases.First(entry => entry.Phase == Phase).Name;

    /// <summary>The seed of its world: no two trials share one.</summary>
    public ulong WorldSeed => TraceHash.Of(Encoding.Latin1.GetBytes(Name));

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Trial Parse(string name)
    {
        string[] words = name.Split('/');
        if (words.Length != 6 || !StopOrders.All.Any(order => order.Name == words[0]) || StreamerKind.Find(words[1]) is null
            || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int streamers) || !SinkNames.Contains(words[3])
            || !PhaseNames.Contains(words[4]) || !int.TryParse(words[5], NumberStyles.None, CultureInfo.InvariantCulture, out int seed))
        {
            throw new FormatException($"'{name}' is no trial: order/streamer/streamers/sink/phase/seed");
        }

        return new Trial(words[0], words[1], streamers, SinkOf(words[3]), PhaseOf(words[4]), seed);
    }

    /// <summary>The sink of a name.</summary>
    public static SinkManner SinkOf(string name) => Sinks.First(entry => entry.Name == name).Sink;

    /// <summary>The phase of a name.</summary>
    public static StopPhase PhaseOf(string name) => Phases.First(entry => entry.Name == name).Phase;
}
