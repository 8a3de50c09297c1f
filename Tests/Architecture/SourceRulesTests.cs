using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>Rules over the text of the product's source that no compiler checks. Each is tried on a line that breaks it before it is trusted.</summary>
[TestClass]
public sealed class SourceRulesTests
{
    private const string StockBlocks = @"\b(ActionBlock|TransformBlock|TransformManyBlock|BufferBlock|BroadcastBlock|BatchBlock|BatchedJoinBlock|JoinBlock|WriteOnceBlock)\s*<";

    [TestMethod]
    [DataRow("ActionBlock<int> x = new(_ => { });")]
    [DataRow("var x = new BufferBlock <int>();")]
    public void Stock_blocks_are_made_in_Pipeline_Flow_alone(string offence) =>
        Hold(StockBlocks, offence, ["Storage", "Pipeline", "Protocol"], except: "Pipeline/Flow/");

    [TestMethod]
    [DataRow("await target.SendAsync(message);")]
    public void Messages_are_sent_with_SendOrRefuseAsync(string offence) =>
        Hold(@"\.SendAsync\s*\(", offence, ["Pipeline"], except: "Pipeline/Flow/");

    [TestMethod]
    [DataRow("        shard.Post(message);")]
    [DataRow("        _shards[i].Post(message);")]
    public void The_result_of_a_post_is_looked_at(string offence) =>
        Hold(@"(?m)^\s*[A-Za-z_][\w.\[\]()?!]*\.Post\s*\(.*\);\s*$", offence, ["Pipeline", "Protocol"]);

    [TestMethod]
    [DataRow("int x = task.Result;")]
    [DataRow("task.Wait();")]
    [DataRow("task.GetAwaiter().GetResult();")]
    [DataRow("Thread.Sleep(1);")]
    [DataRow("public async void Run()")]
    [DataRow("Task.WaitAll(tasks);")]
    public void Nothing_waits_by_blocking_a_thread(string offence) =>
        Hold(@"\.Result\b(?!\s*\()|\.Wait\s*\(|\.GetAwaiter\s*\(\s*\)\s*\.GetResult\b|\bThread\.Sleep\b|\basync\s+void\b|\bTask\.Wait(All|Any)\b", offence, ["Pipeline", "Storage"]);

    [TestMethod]
    [DataRow("await Task.Run(Work);")]
    [DataRow("new Thread(Work).Start();")]
    [DataRow("ThreadPool.QueueUserWorkItem(Work);")]
    [DataRow("Task.Factory.StartNew(Work);")]
    public void No_work_is_detached_from_the_graph(string offence) =>
        Hold(
            @"\bTask\.Run\b|\bnew\s+Thread\b|\bQueueUserWorkItem\b|\bTask\.Factory\b|\bParallel\.\w+\s*\(|\.ContinueWith\s*\(",
            offence,
            ["Pipeline", "Storage", "Protocol/Wire"],
            // The one hand-over of a block, still owned, to a pool thread.
            except: "Pipeline/Flow/ExclusiveBlock.cs");

    [TestMethod]
    [DataRow("private readonly TimeProvider _time;")]
    [DataRow("await Task.Yield();")]
    [DataRow("var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);")]
    [DataRow("var t = new Timer(Tick);")]
    [DataRow("Channel.CreateUnbounded<int>();")]
    public void Storage_and_Wire_know_no_thread_task_clock_random_or_socket(string offence) =>
        Hold(
            @"\b(TimeProvider|DateTime|DateTimeOffset|Stopwatch|Task|ValueTask|Thread|ThreadPool|Timer|Socket|Channel)\b(?=[\s.<(?\[])|\bawait\b|\basync\b|\bnew\s+Random\b",
            offence,
            ["Storage", "Protocol/Wire"]);

    [TestMethod]
    [DataRow("unsafe void F()")]
    [DataRow("fixed (byte* p = bytes)")]
    public void Pointers_stay_in_Memory_and_Table(string offence) =>
        Hold(@"\bunsafe\b|\bfixed\s*\(|\bstackalloc\s+\w+\s*\*", offence, ["Storage", "Pipeline"], except: "Storage/(Memory|Table)/");

    [TestMethod]
    [DataRow("#pragma warning disable RS0030")]
    public void No_pragma_gets_round_a_banned_symbol(string offence) =>
        Hold(@"#pragma\s+warning\s+disable\s+.*RS0030", offence, ["Storage", "Pipeline", "Protocol"]);

    [TestMethod]
    [DataRow("throw new NotImplementedException();")]
    public void Nothing_is_left_to_be_done(string offence) =>
        Hold(@"\bNotImplementedException\b", offence, ["Storage", "Pipeline", "Protocol", "Perf"]);

    private static void Hold(string rule, string offence, string[] rooms, string? except = null)
    {
        var broken = new Regex(rule, RegexOptions.CultureInvariant);
        Assert.IsTrue(broken.IsMatch(CSharpText.CodeOf(offence)), $"the rule does not see: {offence}");
        var exempt = new Regex(except is null ? "(?!)" : $"^({except})");
        string[] files = [.. rooms.SelectMany(room => Repository.Files("*.cs", room)).Where(file => !exempt.IsMatch(file))];
        Assert.IsNotEmpty(files, "the rule looks at nothing");
        string[] offences = [.. files.SelectMany(file => OffencesIn(file, broken))];
        Assert.IsEmpty(offences, $"{offences.Length} offences:\n{string.Join('\n', offences)}");
    }

    private static IEnumerable<string> OffencesIn(string file, Regex rule)
    {
        string code = CSharpText.CodeOf(Repository.Read(file));
        foreach (Match match in rule.Matches(code))
            yield return $"{file}:{code.AsSpan(0, match.Index + match.Length).TrimEnd().Count('\n') + 1}: {match.Value.Trim()}";
    }
}
