using System.Globalization;
using System.Text;
using DragonflyFlow.Tests.Differential.Families;
using DragonflyFlow.Tests.Differential.Grammar;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Differential;

/// <summary>
/// The same generated scripts to a redis-server and to our store. DFLOW_DIFF_SEED, DFLOW_DIFF_COUNT and DFLOW_DIFF_FAMILY choose the script; the defaults are
/// fixed, so that a run can be repeated.
/// </summary>
[TestClass]
public sealed class DifferentialTests
{
    private const int DefaultSeed = 1;
    private const int DefaultCount = 2500;
    private const int KindsMax = 8;

    public static IEnumerable<object[]> Cases => ScriptFamily.All.SelectMany(family => new object[][] { [family.Name, 1, 1], [family.Name, 4, 40] });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Replies_are_those_of_redis(string familyName, int shards, int commandsPerRead)
    {
        if (Environment.GetEnvironmentVariable("DFLOW_DIFF_FAMILY") is { Length: > 0 } chosen && chosen != familyName)
            return; // Another family is asked for.
        int seed = Setting("DFLOW_DIFF_SEED", DefaultSeed);
        ScriptFamily family = ScriptFamily.All.Single(candidate => candidate.Name == familyName);
        List<string[]> script = ScriptWriter.Write(family, seed, Setting("DFLOW_DIFF_COUNT", DefaultCount));

        await using RedisServerPeer redis = await Peers.StartRedisAsync("--enable-debug-command", "yes");
        using TwoStores stores = new(redis, shards);
        ScriptRunner runner = new(stores, commandsPerRead);
        string differences = FindAll(runner, script);

        TestContext.WriteLine($"{familyName}, {shards} shards: {runner.Compared} commands compared, seed {seed}");
        foreach ((string reason, int count) in runner.Allowed)
            TestContext.WriteLine($"  allowed {count}: {reason}");
        if (differences.Length > 0)
            Assert.Fail($"{differences}replay: DFLOW_DIFF_FAMILY={familyName} DFLOW_DIFF_SEED={seed} dotnet test Tests --filter FullyQualifiedName~DifferentialTests");
    }

    // One difference must not hide the others: the script goes on behind it, from empty stores.
    private static string FindAll(ScriptRunner runner, List<string[]> script)
    {
        Dictionary<string, string> kinds = [];
        int start = 0;
        while (start < script.Count && kinds.Count < KindsMax && runner.Run(script[start..]) is { } found)
        {
            if (!kinds.ContainsKey(found.Difference.Kind))
            {
                (IReadOnlyList<string[]> shortest, Exchange difference) = runner.Shrink(script.GetRange(start, found.At + 1), found.Difference);
                kinds[found.Difference.Kind] = Described(shortest, difference);
            }

            start += found.At + 1;
        }

        return string.Concat(kinds.Values);
    }

    private static string Described(IReadOnlyList<string[]> script, Exchange difference)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"\n{difference.Name} differs after {script.Count} commands:\n");
        foreach (string[] command in script.SkipLast(1))
            text.Append(CultureInfo.InvariantCulture, $"   {Exchange.Quoted(command)}\n");
        text.Append(CultureInfo.InvariantCulture, $"   {difference}\n");
        return text.ToString();
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
