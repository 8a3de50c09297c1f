namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The deadlines of a stop. Every stage has one, and the whole has one (DESIGN rule 17).</summary>
public sealed record StopOptions
{
    /// <summary>The longest time a stage may take unless <see cref="StageDeadlines"/> names another: 10 s.</summary>
    public TimeSpan StageDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Stages with a deadline of their own, such as the final snapshot.</summary>
    public IReadOnlyDictionary<Stage, TimeSpan> StageDeadlines { get; init; } = new Dictionary<Stage, TimeSpan> { [Stage.FinalSnapshot] = TimeSpan.FromSeconds(60) };

    /// <summary>The longest time all stages together may take: 120 s. After it, each stage still gets <see cref="Grace"/>, to end what ends at once.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a block that was given up may take to end before it counts as stuck: 500 ms.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the watchdog names what has not ended: each 5 s.</summary>
    public TimeSpan WatchdogPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The order of the stages. There is one; the simulator's wrong ones show that it finds what they do.</summary>
    internal IStopOrder Order { get; init; } = UpstreamFirst.Instance;

    internal TimeSpan DeadlineOf(Stage stage) => StageDeadlines.TryGetValue(stage, out TimeSpan own) ? own : StageDeadline;
}
