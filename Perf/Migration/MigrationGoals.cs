using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Migration;

/// <summary>The goals of migrations, and how they are judged. Ratios to redis-server are taken within a round, to the faster of its runs.</summary>
internal static class MigrationGoals
{
    /// <summary>Ourselves in the tables.</summary>
    public const string Ours = "ours";

    private static readonly Goal FasterIdle = new("redis's seconds / ours", 5, AtLeast: true);
    private static readonly Goal FasterLoaded = FasterIdle with { Limit = 3 };
    private static readonly Goal Pause = new("writes paused at the source, ms", 50, AtLeast: false);
    private static readonly Goal LongestWrite = new("longest write, ms", 50, AtLeast: false);
    private static readonly Goal P99 = new("p99 during / before", 1.5, AtLeast: false);

    /// <summary>Judges what was measured.</summary>
    public static IReadOnlyList<Verdict> Judge(IReadOnlyList<MigrationSample> samples)
    {
        return [.. samples.GroupBy(sample => sample.Scene).OrderBy(scene => scene.Key).SelectMany(scene => Judge(scene.Key, [.. scene]))];
    }

    private static IEnumerable<Verdict> Judge(Scene scene, MigrationSample[] samples)
    {
        string where = scene.Name();
        return
        [
            .. (scene == Scene.Idle ? FasterIdle : FasterLoaded).Judge(where, Ratios(samples)),
            .. Pause.Judge(where, OursOf(samples).Select(sample => sample.Moved.PausedMs).OfType<double>()),
            .. LongestWrite.Judge(where, OursOf(samples).Select(sample => sample.Writes.MaxMs())),
            .. P99.Judge(where, OursOf(samples).Select(sample => sample.P99Growth).OfType<double>()),
        ];
    }

    private static IEnumerable<MigrationSample> OursOf(IEnumerable<MigrationSample> samples) => samples.Where(sample => sample.Server == Ours);

    private static IEnumerable<double> Ratios(MigrationSample[] samples)
    {
        foreach (MigrationSample ours in OursOf(samples))
        {
            double[] rivals = [.. samples.Where(sample => sample.Round == ours.Round && sample.Server != Ours).Select(sample => sample.Moved.Seconds)];
            if (rivals.Length > 0)
                yield return rivals.Min() / ours.Moved.Seconds;
        }
    }
}
