using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>One goal: the median of a figure, at least or at most a limit.</summary>
internal sealed record SnapshotTarget(string What, double Limit, bool AtLeast);

/// <summary>A goal and what was measured; the pipeline depth is null where none belongs to it.</summary>
internal sealed record SnapshotVerdict(SnapshotTarget Target, int? Pipeline, double Measured)
{
    /// <summary>Whether the limit is kept.</summary>
    public bool IsReached => Target.AtLeast ? Measured >= Target.Limit : Measured <= Target.Limit;
}

/// <summary>The goals of snapshots, and how they are judged. Ratios to redis-server are taken within a round.</summary>
internal static class SnapshotTargets
{
    private const string Ours = "ours";
    private const string Redis = "redis";

    private static readonly (SnapshotTarget Target, Func<SnapshotSample, double?> Figure)[] UnderLoad =
    [
        (new("throughput kept", 0.85, AtLeast: true), static sample => sample.Kept),
        (new("p99 during / before", 1.5, AtLeast: false), static sample => sample.P99Growth),
        (new("longest PING without stops of cores, ms", 5, AtLeast: false), static sample => sample.PingServed.MaxMs()),
        (new("peak RSS / before", 1.05, AtLeast: false), static sample => sample.ResidentGrowth),
        (new("peak by own account / before", 1.02, AtLeast: false), static sample => sample.OwnGrowth),
    ];

    private static readonly SnapshotTarget KeptWithSlowSink = new("throughput kept with a slow sink", 0.9, AtLeast: true);
    private static readonly SnapshotTarget Duration = new("duration / redis", 0.33, AtLeast: false);
    private static readonly SnapshotTarget Load = new("redis's load / ours", 2, AtLeast: true);

    /// <summary>Judges what was measured.</summary>
    public static IReadOnlyList<SnapshotVerdict> Judge(SnapshotOptions options, IReadOnlyList<SnapshotSample> samples, IReadOnlyList<LoadSample> loads)
    {
        List<SnapshotVerdict> verdicts = [];
        foreach (IGrouping<int, SnapshotSample> load in samples.Where(sample => sample.Server == Ours).GroupBy(sample => sample.Pipeline))
        {
            if (options.SinkLimit > 0)
            {
                Add(verdicts, KeptWithSlowSink, load.Key, load.Select(sample => sample.Kept));
                continue;
            }

            foreach ((SnapshotTarget target, Func<SnapshotSample, double?> figure) in UnderLoad)
                Add(verdicts, target, load.Key, load.Select(figure).OfType<double>());
            Add(verdicts, Duration, load.Key, load.Join(samples.Where(sample => sample.Server == Redis && sample.Pipeline == load.Key),
                ours => ours.Round, theirs => theirs.Round, (ours, theirs) => ours.Seconds / theirs.Seconds));
        }

        Add(verdicts, Load, null, loads.Where(load => load.Server == Ours).Join(loads.Where(load => load.Server == Redis),
            ours => ours.Round, theirs => theirs.Round, (ours, theirs) => theirs.Seconds / ours.Seconds));
        return verdicts;
    }

    private static void Add(List<SnapshotVerdict> verdicts, SnapshotTarget target, int? pipeline, IEnumerable<double> figures)
    {
        double[] known = [.. figures];
        if (known.Length > 0)
            verdicts.Add(new SnapshotVerdict(target, pipeline, Median.Of(known).Value));
    }
}
