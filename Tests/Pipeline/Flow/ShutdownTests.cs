using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>The stop: order, deadlines, report, idempotence (DESIGN rules 8, 9, 16-18).</summary>
[TestClass]
public sealed class ShutdownTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly StopOptions Options = new()
    {
        StageDeadline = 10 * Second,
        Deadline = 100 * Second,
        Grace = Second,
        WatchdogPeriod = 4 * Second,
        StageDeadlines = new Dictionary<Stage, TimeSpan>(),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly FlowLogSpy _log = new();
    private readonly FlowGraph _graph;

    public ShutdownTests() => _graph = new FlowGraph(new FlowSettings { Time = _time, Log = _log });

    [TestMethod]
    public async Task Everything_queued_is_handled_before_what_follows_stops()
    {
        var handled = new ConcurrentQueue<int>();
        bool released = false;
        var buffer = _graph.AddBuffer<int>("in", Stage.Router, Upstreams.None, new BlockOptions { Bound = 1000 });
        var square = _graph.AddTransform<int, int>("square", Stage.Walks, [buffer], x => x * x, new BlockOptions { Bound = 2 });
        var sink = _graph.AddAction<int>("sink", Stage.Sinks, [square], handled.Enqueue, new BlockOptions { Bound = 2 });
        _graph.AddRelease("memory", Stage.Memory, [sink], () => released = handled.Count == 1000);
        for (int i = 0; i < 1000; i++)
            Assert.IsTrue(await buffer.SendOrRefuseAsync(i, _ => Assert.Fail("refused")));
        buffer.LinkTo(square);
        square.LinkTo(sink);

        StopReport report = await _graph.StopAsync(Options);

        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        Assert.IsTrue(released);
        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(x => x * x).ToArray(), handled.ToArray());
        Assert.AreEqual(0, report.LiveBlocks);
        CollectionAssert.AreEqual(new[] { Stage.Router, Stage.Walks, Stage.Sinks, Stage.Memory }, report.Stages.Select(stage => stage.Stage).ToArray());
        Assert.AreEqual(1, _log.Began);
        Assert.HasCount(4, _log.Stages);
        Assert.HasCount(1, _log.Ends);
    }

    [TestMethod]
    public async Task Two_stops_share_one_execution()
    {
        int released = 0;
        var inner = new TaskCompletionSource();
        _graph.AddRelease("memory", Stage.Memory, Upstreams.None, () =>
        {
            released++;
            return inner.Task;
        });
        Task<StopReport> first = _graph.StopAsync(Options);
        Task<StopReport> second = _graph.StopAsync();
        Assert.IsTrue(_graph.IsStopping);
        inner.SetResult();
        Assert.AreSame(await first, await second);
        Assert.AreSame(await first, await _graph.StopAsync());
        Assert.AreEqual(1, released);
    }

    [TestMethod]
    public async Task A_report_survives_its_line_of_json()
    {
        _graph.AddAction<int>("sink", Stage.Sinks, Upstreams.None, _ => { });
        StopReport report = await _graph.StopAsync(Options);
        string json = report.ToJson();
        Assert.DoesNotContain('\n', json);
        Assert.AreEqual(json, StopReport.FromJson(json).ToJson());
        StringAssert.Contains(json, "\"verdict\":\"Clean\"");
    }
}
