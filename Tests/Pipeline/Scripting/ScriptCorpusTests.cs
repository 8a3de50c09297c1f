using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>
/// Bodies of scripts beside redis-server, byte for byte: Corpus/*.lua has one on each line (¶ is a line break; a line with -- is for the reader). What may differ is in
/// differences.lua, by reason, and has to differ, so that the list stays true.
/// </summary>
[TestClass]
public sealed class ScriptCorpusTests
{
    private const string Folder = "Tests/Pipeline/Scripting/Corpus";
    private const string Differences = "differences.lua";
    private const int ShownMax = 220;

    public static IEnumerable<object[]> Files
        => Repository.Files("*.lua", Folder).Select(Path.GetFileName).Where(file => file != Differences).SelectMany(file => new object[][] { [file!, 1, "2"], [file!, 3, "3"] });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public async Task Bodies_answer_as_in_redis(string file, int shards, string protocol)
    {
        List<string> others = [];
        await foreach ((string body, string theirs, string ours) in RunAsync(file, shards, protocol))
        {
            if (theirs != ours)
                others.Add($"{body}\n   redis {Shown(theirs)}\n   ours  {Shown(ours)}");
        }

        Assert.IsEmpty(others, $"{others.Count} in {file}:\n{string.Join('\n', others)}");
    }

    [TestMethod]
    public async Task What_may_differ_differs()
    {
        List<string> alike = [];
        await foreach ((string body, string theirs, string ours) in RunAsync(Differences, 1, "2"))
        {
            if (theirs == ours)
                alike.Add(body);
            Assert.IsFalse(ours.Contains("internal error", StringComparison.Ordinal), body);
        }

        Assert.IsEmpty(alike, $"these answer as in Redis and belong to the other files:\n{string.Join('\n', alike)}");
    }

    private static async IAsyncEnumerable<(string Body, string Theirs, string Ours)> RunAsync(string file, int shards, string protocol)
    {
        string[] bodies = [.. Repository.Read($"{Folder}/{file}").Split('\n').Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal))];
        Assert.IsGreaterThan(20, bodies.Length, file);
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.Theirs("HELLO", protocol);
        both.Ours.Execute("HELLO", protocol);
        foreach (string body in bodies)
        {
            string[] command = ["EVAL", body.Replace('¶', '\n'), "2", "key1", "key2", "arg1", "22"];
            yield return (body, both.Theirs(command), both.Ours.Execute(command));
        }
    }

    private static string Shown(string reply)
        => (reply.Length <= ShownMax ? reply : $"{reply[..ShownMax]}... ({reply.Length} bytes)").Replace("\r\n", "\\r\\n", StringComparison.Ordinal);
}
