using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>A branch that fails or stalls harms itself alone, unless it is essential or the last.</summary>
[TestClass]
public sealed class FanOutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly FlowGraph _graph;
    private readonly FanOut<int> _fanOut;
    private readonly ConcurrentQueue<int> _good = new();
    private readonly ITargetBlock<int> _goodBranch;

    public FanOutTests()
    {
        _graph = new FlowGraph(new FlowSettings { Time = _time });
        _fanOut = _graph.AddFanOut<int>("fan-out", Stage.Streamers, Upstreams.None, stallDeadline: 30 * Second, new BlockOptions { Bound = 100 });
        _goodBranch = _graph.AddAction<int>("good", Stage.Sinks, [_fanOut], _good.Enqueue, new BlockOptions { Bound = 100 });
    }

    [TestMethod]
    public async Task A_branch_that_fails_is_lost_and_the_others_get_everything()
    {
        _fanOut.AddBranch(_goodBranch);
        ITargetBlock<int> bad = _graph.AddAction<int>("bad", Stage.Sinks, [_fanOut], x => Throw(x == 3), new BlockOptions { Bound = 1 });
        _fanOut.AddBranch(bad);
        await SendAsync(10);
        await _graph.StopAsync();

        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), _good.ToArray());
        BranchLoss loss = _fanOut.Losses.Single();
        Assert.AreEqual("bad", loss.Branch);
        Assert.IsTrue(_fanOut.Completion.IsCompletedSuccessfully);
        Assert.AreEqual(new LedgerReading(10, 10, 0, 0), _fanOut.Ledger);
    }

    [TestMethod]
    public async Task A_branch_that_stalls_is_faulted_at_its_deadline_and_the_others_go_on()
    {
        using var gate = new ManualResetEventSlim();
        _fanOut.AddBranch(_goodBranch);
        ITargetBlock<int> slow = _graph.AddAction<int>("slow", Stage.Sinks, [_fanOut], _ => gate.Wait(), new BlockOptions { Bound = 1 });
        _fanOut.AddBranch(slow);
        await SendAsync(3);

        // The first message is being handled, the second waits for room; the good branch has it, the third must wait.
        SpinWait.SpinUntil(() => _good.Count == 2 && _time.ArmedTimers == 1);
        _time.Advance(29 * Second);
        Assert.IsEmpty(_fanOut.Losses);
        _time.Advance(Second);
        SpinWait.SpinUntil(() => _good.Count == 3, TimeSpan.FromSeconds(30));
        gate.Set();
        await Assert.ThrowsExactlyAsync<FlowFaultException>(() => slow.Completion);

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, _good.ToArray());
        Assert.AreEqual("slow", _fanOut.Losses.Single().Branch);
        Assert.IsInstanceOfType<TimeoutException>(_fanOut.Losses.Single().Cause.InnerException);
        Assert.AreEqual(1, _fanOut.Branches);
        Assert.IsFalse(_fanOut.Completion.IsCompleted);

        // The deadline counts from each wait anew, and an earlier stall has not spent it.
        await SendAsync(1);
        SpinWait.SpinUntil(() => _good.Count == 4, TimeSpan.FromSeconds(30));
        Assert.HasCount(4, _good);
    }

    [TestMethod]
    public async Task A_branch_that_takes_no_more_before_its_end_is_known_is_lost_for_its_own_reason()
    {
        _fanOut.AddBranch(_goodBranch);
        ClosedBlock closed = _graph.Adopt("closed", Stage.Sinks, [_fanOut], new ClosedBlock());
        _fanOut.AddBranch(closed);
        await SendAsync(1);
        Assert.IsTrue(SpinWait.SpinUntil(() => !_good.IsEmpty && _time.ArmedTimers == 1, TimeSpan.FromSeconds(30)));
        Assert.IsEmpty(_fanOut.Losses);
        closed.Life.Fault(new IOException("no space left on device"));
        Assert.IsTrue(SpinWait.SpinUntil(() => _fanOut.Losses.Count == 1 && _time.ArmedTimers == 0, TimeSpan.FromSeconds(30)));
        Assert.AreEqual("no space left on device", _fanOut.Losses[0].Cause.InnerException!.Message);
    }

    [TestMethod]
    public async Task A_branch_that_takes_no_more_and_never_ends_is_lost_at_its_deadline()
    {
        _fanOut.AddBranch(_goodBranch);
        ClosedBlock closed = _graph.Adopt("closed", Stage.Sinks, [_fanOut], new ClosedBlock());
        _fanOut.AddBranch(closed);
        await SendAsync(2);
        Assert.IsTrue(SpinWait.SpinUntil(() => _good.Count == 1 && _time.ArmedTimers == 1, TimeSpan.FromSeconds(30)));
        _time.Advance(30 * Second);
        Assert.IsTrue(SpinWait.SpinUntil(() => _good.Count == 2, TimeSpan.FromSeconds(30)));
        Assert.AreEqual("It takes no more messages from 'fan-out'.", _fanOut.Losses.Single().Cause.InnerException!.Message);
    }

    [TestMethod]
    public async Task An_essential_branch_takes_the_fan_out_with_it()
    {
        _fanOut.AddBranch(_goodBranch);
        _fanOut.AddBranch(_graph.AddAction<int>("journal", Stage.Journal, [_fanOut], x => Throw(x == 1), new BlockOptions { Bound = 1 }), essential: true);
        await SendUntilRefusedAsync();
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => _fanOut.Completion);
        Assert.AreEqual("journal", fault.Block);
        Assert.AreEqual(1, _fanOut.Ledger.Failed);
        Assert.IsFalse(_goodBranch.Completion.IsCompleted, "the other branch was harmed");
    }

    [TestMethod]
    public async Task The_last_branch_takes_the_fan_out_with_it()
    {
        _fanOut.AddBranch(_graph.AddAction<int>("only", Stage.Sinks, [_fanOut], _ => Throw(true), new BlockOptions { Bound = 1 }));
        await SendUntilRefusedAsync();
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => _fanOut.Completion);
        Assert.AreEqual("only", fault.Block);
    }

    [TestMethod]
    public async Task Without_a_branch_a_message_is_not_dropped_but_faults_the_fan_out()
    {
        Assert.IsTrue(_fanOut.Post(1));
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => _fanOut.Completion);
        Assert.AreEqual("fan-out", fault.Block);
        Assert.AreEqual(1, _fanOut.Ledger.Failed);
    }

    [TestMethod]
    public async Task A_branch_removed_in_order_gets_no_more_and_keeps_what_it_has()
    {
        _fanOut.AddBranch(_goodBranch);
        var other = new ConcurrentQueue<int>();
        ITargetBlock<int> branch = _graph.AddAction<int>("other", Stage.Sinks, [_fanOut], other.Enqueue);
        _fanOut.AddBranch(branch);
        await SendAsync(2);
        SpinWait.SpinUntil(() => _good.Count == 2);
        Assert.IsTrue(_fanOut.RemoveBranch(branch));
        Assert.IsFalse(_fanOut.RemoveBranch(branch));
        await SendAsync(2);
        await _graph.StopAsync();
        Assert.HasCount(4, _good);
        Assert.HasCount(2, other);
        Assert.IsEmpty(_fanOut.Losses);
    }

    [TestMethod]
    public void A_branch_outside_the_graph_or_without_its_arrow_is_refused()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => _fanOut.AddBranch(new ActionBlock<int>(_ => { })));
        ITargetBlock<int> undeclared = _graph.AddAction<int>("undeclared", Stage.Sinks, Upstreams.None, _ => { });
        Assert.ThrowsExactly<InvalidOperationException>(() => _fanOut.AddBranch(undeclared));
        Assert.AreEqual(0, _fanOut.Branches);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _graph.AddFanOut<int>("now", Stage.Streamers, Upstreams.None, TimeSpan.Zero));
        Assert.ThrowsExactly<ArgumentException>(
            () => _graph.AddFanOut<int>("two orders", Stage.Streamers, Upstreams.None, Second, new BlockOptions { Parallelism = 2 }));
    }

    private static void Throw(bool now)
    {
        if (now)
            throw new InvalidOperationException("cause");
    }

    private async Task SendAsync(int count)
    {
        for (int i = 0; i < count; i++)
            Assert.IsTrue(await _fanOut.SendOrRefuseAsync(i, _ => Assert.Fail("refused")));
    }

    private async Task SendUntilRefusedAsync()
    {
        for (int i = 0; await _fanOut.SendOrRefuseAsync(i, _ => { }); i++)
        {
        }
    }

    // Takes nothing, as a block whose handler has thrown; its end comes when the test says so.
    private sealed class ClosedBlock : ITargetBlock<int>, IFlowBlock
    {
        public FakeBlock Life { get; } = new();

        public Task Completion => Life.Completion;

        public long QueueLength => 0;

        public LedgerReading Ledger => default;

        public void Complete() => Life.Complete();

        public void Fault(Exception exception) => Life.Fault(exception);

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, int messageValue, ISourceBlock<int>? source, bool consumeToAccept)
            => DataflowMessageStatus.DecliningPermanently;
    }
}
