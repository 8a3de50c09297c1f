namespace DragonflyFlow.Perf.Compare;

/// <summary>The goals of the project (README of this room), and who is compared with whom to judge them.</summary>
internal static class TargetTable
{
    private static readonly string[] StringTests = ["get", "set", "incr"];

    private static readonly string[] ContainerTests =
        ["lpush", "rpop", "hset", TestCatalog.Big("hset"), "sadd", TestCatalog.Big("sadd"), "zadd", TestCatalog.Big("zadd")];

    // Several keys or commands at once, and waits.
    private static readonly string[] TransactionTests = ["mset", "multi", "eval", "publish"];

    /// <summary>All goals on throughput, CPU and latency.</summary>
    public static IReadOnlyList<Target> Speed { get; } =
    [
        .. StringTests.SelectMany(test => Row(test, "redis", 1, 1.1, 0.95, 1.0)),
        .. StringTests.SelectMany(test => Row(test, "redis", 16, 2.2, 0.45, 0.8)),
        .. StringTests.SelectMany(test => Row(test, "redis", 64, 3.2, 0.30, 0.6)),
        .. ContainerTests.SelectMany(test => Row(test, "redis", 16, 1.8, 0.55, 1.0)),
        .. TransactionTests.Append("blpop").Select(test => new Target(test, 1, Metric.Throughput, 1.0, "redis")),
        .. TransactionTests.Select(test => new Target(test, 16, Metric.Throughput, 1.5, "redis")),
        .. StringTests[..2].SelectMany(test => Row(test, "garnet", 1, 1.15, 0.85, 1.0)),
        .. StringTests[..2].SelectMany(test => Row(test, "garnet", 16, 1.6, 0.50, 1.0)),
        .. StringTests[..2].SelectMany(test => Row(test, "garnet", 64, 2.0, 0.50, 1.0)),
    ];

    /// <summary>The goals on memory.</summary>
    public static IReadOnlyList<Target> Memory { get; } =
    [
        new Target("memory", 0, Metric.BytesPerKey, 0.50, "redis"),
        new Target("memory", 0, Metric.BytesPerKey, 0.60, "garnet"),
    ];

    /// <summary>Judges the targets by a run's samples.</summary>
    public static IReadOnlyList<TargetVerdict> Judge(IEnumerable<Target> targets, SampleSet samples)
        => [.. targets.Select(target => target.Judge(RatiosFor(target, samples)))];

    // Garnet runs unpinned in two variants; ourselves unpinned too, where we also have a pinned run.
    private static List<double> RatiosFor(Target target, SampleSet samples)
    {
        string[] servers = [.. samples.Servers];
        string ours = target.Rival == "garnet" && servers.Contains("ours-unpinned") ? "ours-unpinned" : "ours";
        return
        [
            .. servers.Where(server => server == target.Rival || server.StartsWith(target.Rival + "-", StringComparison.Ordinal))
                .Select(rival => samples.RatioOf(ours, rival, target.Test, target.Pipeline, target.Metric)?.Value)
                .OfType<double>(),
        ];
    }

    private static IEnumerable<Target> Row(string test, string rival, int pipeline, double throughput, double cpu, double p99) =>
    [
        new Target(test, pipeline, Metric.Throughput, throughput, rival),
        new Target(test, pipeline, Metric.Cpu, cpu, rival),
        new Target(test, pipeline, Metric.P99, p99, rival),
    ];
}
