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

    [TestMethod]
    public void A_report_with_problems_survives_its_line_of_json()
    {
        BlockReport[] problems = [new("walk", StopVerdict.TimedOut, 1, 2, 3, 4, "said \"no\""), new("sink", StopVerdict.Stuck, 5, 6, 7, 8, null)];
        StopReport read = StopReport.FromJson(new StopReport(StopVerdict.Stuck, 1.5, 2, [new StageReport(Stage.Walks, 0.25, 9, 10, 11, 12, 13, problems)]).ToJson());
        Assert.AreEqual((StopVerdict.Stuck, 1.5, 2), (read.Verdict, read.DurationMs, read.LiveBlocks));
        StageReport stage = read.Stages.Single();
        Assert.AreEqual((Stage.Walks, 0.25, 9, 10L, 11L, 12L, 13L), (stage.Stage, stage.DurationMs, stage.Blocks, stage.Drained, stage.Refused, stage.Failed, stage.Abandoned));
        CollectionAssert.AreEqual(problems, stage.Problems.ToArray());
    }

    [TestMethod]
    public void The_plan_is_ordered_by_stage_and_within_a_stage_upstream_first()
    {
        var listener = _graph.Adopt("listener", Stage.Listener, Upstreams.None, new FakeBlock());
        var sessions = _graph.Adopt("sessions", Stage.Sessions, [listener], new FakeBlock());
        var executor = _graph.Adopt("executor", Stage.ShardExecutors, [sessions], new FakeBlock());
        _graph.AddRelease("memory", Stage.Memory, [executor], () => { });
        var walk = _graph.Adopt("walk", Stage.Walks, Upstreams.None, new FakeBlock());
        var file = _graph.Adopt("file", Stage.Sinks, [walk], new FakeBlock());
        _graph.Adopt("manifest", Stage.Sinks, [file], new FakeBlock());

        ShutdownPlan plan = _graph.Plan();

        CollectionAssert.AreEqual(
            new[] { "listener", "sessions", "walk", "file", "manifest", "executor", "memory" }, plan.Order.Select(node => node.Name).ToArray());
        CollectionAssert.AreEqual(
            new[] { Stage.Listener, Stage.Sessions, Stage.Walks, Stage.Sinks, Stage.ShardExecutors, Stage.Memory },
            plan.Steps.Select(step => step.Stage).ToArray());
    }

    [TestMethod]
    public async Task A_block_is_told_to_complete_only_when_all_its_upstreams_have_ended()
    {
        var slow = new FakeBlock { OnComplete = () => { } };
        var quick = new FakeBlock();
        var joint = new FakeBlock();
        var beside = new FakeBlock();
        var next = new FakeBlock();
        _graph.Adopt("slow", Stage.Walks, Upstreams.None, slow);
        _graph.Adopt("quick", Stage.Walks, Upstreams.None, quick);
        _graph.Adopt("joint", Stage.Walks, [slow, quick], joint);
        _graph.Adopt("beside", Stage.Walks, [quick], beside);
        _graph.Adopt("next", Stage.Sinks, [quick], next);

        Task<StopReport> stop = _graph.StopAsync(Options);
        await beside.Completion;
        Assert.AreEqual((1, 1, 0, 0), (slow.Completes, quick.Completes, joint.Completes, next.Completes), "a stage began before the one before had ended");
        slow.Ending.SetResult();
        StopReport report = await stop;
        Assert.AreEqual(StopVerdict.Clean, report.Verdict);
        Assert.AreEqual((1, 1, 1, 1), (slow.Completes, joint.Completes, beside.Completes, next.Completes));
    }

    [TestMethod]
    public async Task A_block_that_ends_too_late_is_given_up_at_the_deadline_of_its_stage()
    {
        var late = new FakeBlock { OnComplete = () => { }, Ledger = new LedgerReading(10, 4, 0, 0), QueueLength = 6 };
        _graph.Adopt("late", Stage.Walks, Upstreams.None, late);
        Task<StopReport> stop = _graph.StopAsync(Options);
        await _time.WhenArmedAsync(2);
        _time.Advance(9.9 * Second);
        Assert.IsEmpty(late.Faults);
        _time.Advance(0.1 * Second);
        StopReport report = await stop;

        Assert.IsInstanceOfType<TimeoutException>(late.Faults.Single().InnerException);
        BlockReport block = report.Problems.Single();
        Assert.AreEqual(("late", StopVerdict.TimedOut, 6L), (block.Name, block.Verdict, block.Abandoned));
        StringAssert.Contains(block.Reason!, "accepted 10 = done 4");
        Assert.AreEqual(0, report.LiveBlocks);
        Assert.AreEqual(10_000, report.Stages.Single().DurationMs);
    }

    [TestMethod]
    public async Task A_stage_with_a_deadline_of_its_own_gets_that()
    {
        var final = new FakeBlock { OnComplete = () => { } };
        _graph.Adopt("final snapshot", Stage.FinalSnapshot, Upstreams.None, final);
        Task<StopReport> stop = _graph.StopAsync(Options with { StageDeadlines = new Dictionary<Stage, TimeSpan> { [Stage.FinalSnapshot] = 40 * Second } });
        await _time.WhenArmedAsync(2);
        _time.Advance(39 * Second);
        final.Ending.SetResult();
        Assert.AreEqual(StopVerdict.Clean, (await stop).Verdict);
    }

    [TestMethod]
    public async Task When_the_whole_deadline_has_passed_later_stages_still_get_their_grace()
    {
        foreach (Stage stage in new[] { Stage.Sessions, Stage.Walks, Stage.Sinks })
            _graph.Adopt($"late {stage}", stage, Upstreams.None, new FakeBlock { OnComplete = () => { } });
        var prompt = new FakeBlock();
        _graph.Adopt("prompt", Stage.Journal, Upstreams.None, prompt);

        StopReport report = await _time.AdvanceUntilAsync(_graph.StopAsync(Options with { Deadline = 12 * Second }), 0.5 * Second);

        CollectionAssert.AreEqual(
            new[] { StopVerdict.TimedOut, StopVerdict.TimedOut, StopVerdict.TimedOut }, report.Problems.Select(block => block.Verdict).ToArray());
        Assert.IsLessThan(10_000, report.Stages[1].DurationMs, "the whole deadline did not cut the second stage");
        Assert.IsGreaterThanOrEqualTo(1_000, report.Stages[2].DurationMs, "no grace");
        Assert.AreEqual(1, prompt.Completes);
    }

    [TestMethod]
    public async Task What_reads_a_part_faults_and_what_owns_state_completes()
    {
        var late = new FakeBlock { OnComplete = () => { } };
        _graph.Adopt("late", Stage.Walks, Upstreams.None, late);
        ITargetBlock<int> file = _graph.AddAction<int>("file", Stage.Sinks, [late], _ => { });
        var journal = new FakeBlock();
        _graph.Adopt("journal", Stage.Journal, [late], journal);
        StopReport report = await _time.AdvanceUntilAsync(_graph.StopAsync(Options), Second);

        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => file.Completion);
        Assert.AreEqual("late", fault.Block);
        Assert.AreEqual(1, journal.Completes);
        Assert.IsTrue(journal.Completion.IsCompletedSuccessfully);
        CollectionAssert.AreEqual(new[] { "late", "file" }, report.Problems.Select(block => block.Name).ToArray());
    }

    [TestMethod]
    public async Task What_reads_from_a_block_that_faulted_before_the_stop_faults_with_its_cause()
    {
        var walk = new FakeBlock();
        _graph.Adopt("walk", Stage.Walks, Upstreams.None, walk);
        ITargetBlock<int> file = _graph.AddAction<int>("file", Stage.Sinks, [walk], _ => { });
        walk.Fault(new InvalidOperationException("cause"));
        await _graph.FirstPermanentFault;
        Assert.IsFalse(file.Completion.IsCompleted, "of the permanent graph only the plan completes or faults a block");
        StopReport report = await _graph.StopAsync(Options);
        Assert.AreEqual(StopVerdict.Faulted, report.Verdict);
        Assert.AreEqual("walk", (await Assert.ThrowsExactlyAsync<FlowFaultException>(() => file.Completion)).Block);
    }

    [TestMethod]
    public async Task A_release_runs_although_something_faulted_but_not_while_something_still_runs()
    {
        var faulty = new FakeBlock { OnComplete = () => throw new InvalidOperationException("bug in Complete") };
        var stuck = new FakeBlock { OnComplete = () => { }, EndsByFault = false };
        _graph.Adopt("faulty", Stage.Sessions, Upstreams.None, faulty);
        bool early = false, late = false;
        _graph.AddRelease("early", Stage.Walks, [faulty], () => early = true);
        _graph.Adopt("stuck", Stage.Sinks, Upstreams.None, stuck);
        _graph.AddRelease("late", Stage.Memory, Upstreams.None, () => late = true);

        StopReport report = await _time.AdvanceUntilAsync(_graph.StopAsync(Options), Second);

        Assert.IsTrue(early);
        Assert.IsFalse(late);
        Assert.AreEqual(StopVerdict.Stuck, report.Verdict);
        Assert.AreEqual(1, report.LiveBlocks);
        Assert.AreEqual(NodeState.Stuck, _graph.Find(stuck)!.State);
        BlockReport[] problems = [.. report.Problems];
        Assert.AreEqual(("faulty", StopVerdict.Faulted), (problems[0].Name, problems[0].Verdict));
        StringAssert.Contains(problems[0].Reason!, "bug in Complete");
        Assert.AreEqual(("stuck", StopVerdict.Stuck), (problems[1].Name, problems[1].Verdict));
        Assert.AreEqual(("late", "not released: 'stuck' still runs"), (problems[2].Name, problems[2].Reason));
    }

    [TestMethod]
    public async Task A_release_that_fails_stands_in_the_report()
    {
        _graph.AddRelease("memory", Stage.Memory, Upstreams.None, () => throw new InvalidOperationException("2 leases are alive"));
        StopReport report = await _graph.StopAsync(Options);
        Assert.AreEqual(StopVerdict.Faulted, report.Verdict);
        Assert.AreEqual("Block 'memory' failed: 2 leases are alive", report.Problems.Single().Reason);
        Assert.AreEqual(1, report.Problems.Single().Failed);
    }

    [TestMethod]
    public async Task A_ledger_that_does_not_balance_stands_in_the_report()
    {
        _graph.Adopt("leaky", Stage.Router, Upstreams.None, new FakeBlock { Ledger = new LedgerReading(10, 7, 1, 1) });
        StopReport report = await _graph.StopAsync(Options);
        Assert.AreEqual(StopVerdict.Unbalanced, report.Verdict);
        Assert.AreEqual("ledger does not balance: accepted 10 = done 7 + refused 1 + failed 1 + inside 1", report.Problems.Single().Reason);
    }

    [TestMethod]
    public async Task The_report_counts_from_the_beginning_of_the_stop()
    {
        var block = new FakeBlock { Ledger = new LedgerReading(10, 6, 1, 0), OnComplete = () => { } };
        _graph.Adopt("block", Stage.Router, Upstreams.None, block);
        Task<StopReport> stop = _graph.StopAsync(Options);
        block.Ledger = new LedgerReading(12, 9, 2, 1);
        block.Ending.SetResult();
        StageReport stage = (await stop).Stages.Single();
        Assert.AreEqual((1, 3L, 1L, 1L, 0L), (stage.Blocks, stage.Drained, stage.Refused, stage.Failed, stage.Abandoned));
    }

    [TestMethod]
    public async Task An_operation_added_in_the_stage_under_way_is_stopped_with_it()
    {
        ITargetBlock<int> file = null!;
        FlowScope? operation = null;
        var final = new FakeBlock { OnComplete = () => { } };
        _graph.Adopt("final snapshot", Stage.FinalSnapshot, Upstreams.None, final);
        Task<StopReport> stop = _graph.StopAsync(Options);
        await _time.WhenArmedAsync(2);
        operation = _graph.AddTransient("final", s => file = s.AddAction<int>("file", Stage.FinalSnapshot, Upstreams.None, _ => { }));
        final.Ending.SetResult();
        StopReport report = await stop;
        await operation.Completion;
        Assert.IsTrue(file.Completion.IsCompletedSuccessfully, "it was left running");
        Assert.AreEqual(0, report.LiveBlocks);
        Assert.AreEqual(2, report.Stages.Single().Blocks);
    }

    [TestMethod]
    public async Task Neither_a_log_nor_a_block_that_throws_breaks_the_stop_off()
    {
        var graph = new FlowGraph(new FlowSettings { Time = _time, Log = new BrokenLog() });
        var broken = new FakeBlock { OnComplete = () => throw new InvalidOperationException("bug"), OnFault = () => throw new InvalidOperationException("worse") };
        var after = new FakeBlock();
        graph.Adopt("broken", Stage.Router, Upstreams.None, broken);
        graph.Adopt("after", Stage.Journal, Upstreams.None, after);
        StopReport report = await _time.AdvanceUntilAsync(graph.StopAsync(Options), Second);
        Assert.AreEqual(StopVerdict.Stuck, report.Verdict);
        Assert.AreEqual(1, after.Completes);
    }

    private sealed class BrokenLog : IFlowLog
    {
        public void BlockFaulted(string block, FlowFaultException fault) => throw new InvalidOperationException("no log");

        public void StopBegan(int blocks) => throw new InvalidOperationException("no log");

        public void StillRunning(NodeReading block) => throw new InvalidOperationException("no log");

        public void StageStopped(StageReport stage) => throw new InvalidOperationException("no log");

        public void StopEnded(StopReport report) => throw new InvalidOperationException("no log");
    }

    [TestMethod]
    public async Task Many_stops_from_many_threads_release_once()
    {
        int released = 0;
        _graph.AddRelease("memory", Stage.Memory, Upstreams.None, () => Interlocked.Increment(ref released));
        StopReport[] reports = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _graph.StopAsync(Options))));
        Assert.AreEqual(1, released);
        Assert.IsTrue(Array.TrueForAll(reports, report => ReferenceEquals(report, reports[0])));
    }
}
