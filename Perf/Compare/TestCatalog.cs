using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Compare;

/// <summary>
/// The tests, shaped as redis-benchmark has them: 16-byte keys of 12 digits, chosen evenly. Hash, set and sorted set come twice: many keys with few members,
/// and one key of 10,000 elements.
/// </summary>
internal static class TestCatalog
{
    /// <summary>The elements of a big key.</summary>
    public const int BigElements = 10_000;

    private const int SmallShare = 10;
    private const string List = "mylist";

    // Five commands on one key.
    private const string Script =
        "redis.call('SET', KEYS[1], ARGV[1]) redis.call('APPEND', KEYS[1], 'x') local n = redis.call('STRLEN', KEYS[1]) redis.call('SETRANGE', KEYS[1], 0, 'y') return {n, redis.call('GET', KEYS[1])}";

    /// <summary>All names that can be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["get", "set", "incr", "lpush", "rpop", "hset", "sadd", "zadd", "mset", "multi", "eval", "blpop", "publish"];

    /// <summary>The keyspace that GET, SET and MSET meet, and whose memory is weighed.</summary>
    public static Workload Keyspace(int keys, int valueBytes) => new(["SET", $"key:{Workload.Random}", Value(valueBytes)], keys);

    /// <summary>The tests of one name.</summary>
    public static IEnumerable<TestCase> Of(string name, int keys, int valueBytes)
    {
        string key = $"key:{Workload.Random}";
        string element = $"element:{Workload.Random}";
        string value = Value(valueBytes);
        return name switch
        {
            "get" => [new TestCase(name, new Workload(["GET", key], keys))],
            "set" => [new TestCase(name, Keyspace(keys, valueBytes))],
            "mset" => [new TestCase(name, new Workload(["MSET", .. Enumerable.Repeat((string[])[key, value], 10).SelectMany(pair => pair)], keys))],
            "multi" => [new TestCase(name, new Workload(["MULTI", .. Enumerable.Repeat((string[])[Workload.Next, "SET", key, value], 6).SelectMany(set => set), Workload.Next, "EXEC"], keys))],
            "eval" => [new TestCase(name, new Workload(["EVAL", Script, "1", key, value], keys))],
            "blpop" => [new TestCase(name, new Workload(["BLPOP", value], keys) { Kind = LoadKind.HandOver }) { PipelineMax = 1 }],
            "publish" => [new TestCase(name, new Workload(["PUBLISH", value], keys) { Kind = LoadKind.Publish })],
            "incr" => [Filled(name, new Workload(["INCR", $"counter:{Workload.Random}"], keys))],
            "lpush" => [new TestCase(name, new Workload(["LPUSH", List, value], 1)) { Scratch = List }],
            "rpop" => [new TestCase(name, new Workload(["RPOP", List], 1)) { Scratch = List, Supply = ["LPUSH", List, value] }],
            "hset" => Twice(name, keys, to => ["HSET", to, element, value]),
            "sadd" => Twice(name, keys, to => ["SADD", to, element]),
            "zadd" => Twice(name, keys, to => ["ZADD", to, Workload.Random, element]),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No test has this name."),
        };
    }

    /// <summary>The name of the test on a big key that goes with a test on small ones.</summary>
    public static string Big(string name) => $"{name}-10k";

    private static TestCase[] Twice(string name, int keys, Func<string, string[]> command) =>
    [
        Filled(name, new Workload(command($"small-{name}:{Workload.Random}"), Math.Max(1, keys / SmallShare))),
        Filled(Big(name), new Workload(command($"big-{name}"), BigElements)),
    ];

    private static TestCase Filled(string name, Workload workload) => new(name, workload) { Prefill = workload };

    private static string Value(int bytes) => new('x', bytes);
}
