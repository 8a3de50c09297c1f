using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>Traps of TPL Dataflow about how completion and faults travel: each test shows the stock behaviour first, then ours.</summary>
[TestClass]
public sealed class TrapCompletionTests
{
    private static readonly DataflowLinkOptions Propagate = new() { PropagateCompletion = true };

    private readonly FlowGraph _graph = new();

    /// <summary>P1: with several sources, the first to finish completes the target, and what the others still have is stranded.</summary>
    [TestMethod]
    public async Task P01_A_joint_completes_only_when_all_its_sources_have()
    {
        var a = new BufferBlock<int>();
        var b = new BufferBlock<int>();
        int stock = 0;
        var target = new ActionBlock<int>(_ => stock++);
        a.LinkTo(target, Propagate);
        b.LinkTo(target, Propagate);
        a.Complete();
        await target.Completion;
        Assert.IsTrue(b.Post(1));
        Assert.AreEqual((0, 1), (stock, b.Count), "stock TPL no longer shows the trap");

        int handled = 0;
        IPropagatorBlock<int, int> first = null!, second = null!, joint = null!;
        FlowScope scope = _graph.AddTransient("joint", s =>
        {
            first = s.AddBuffer<int>("first", Stage.Walks, Upstreams.None);
            second = s.AddBuffer<int>("second", Stage.Walks, Upstreams.None);
            joint = s.AddFanIn("joint", Stage.Streamers, [first, second]);
            joint.LinkTo(s.AddAction<int>("sink", Stage.Sinks, [joint], _ => handled++));
        });
        first.Complete();
        await first.Completion;
        for (int i = 0; i < 10; i++)
            Assert.IsTrue(await second.SendOrRefuseAsync(i, _ => Assert.Fail("refused")));
        Assert.IsFalse(joint.Completion.IsCompleted);
        second.Complete();
        await scope.Completion;
        Assert.AreEqual(10, handled);
    }

    /// <summary>P1: and it faults with the first cause if one of them faulted.</summary>
    [TestMethod]
    public async Task P01_A_joint_faults_with_the_first_cause()
    {
        IPropagatorBlock<int, int> first = null!, second = null!, joint = null!;
        FlowScope scope = _graph.AddTransient("joint", s =>
        {
            first = s.AddBuffer<int>("first", Stage.Walks, Upstreams.None);
            second = s.AddBuffer<int>("second", Stage.Walks, Upstreams.None);
            joint = s.AddFanIn("joint", Stage.Streamers, [first, second]);
        });
        second.Fault(new InvalidOperationException("cause"));
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => scope.Completion);
        Assert.AreEqual("joint/second", fault.Block);
        fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => joint.Completion);
        Assert.AreEqual("joint/second", fault.Block);
        Assert.AreEqual("cause", fault.InnerException!.Message);
    }

    /// <summary>P2: a cancelled source completes its target as a success, so a part passes for the whole.</summary>
    [TestMethod]
    public async Task P02_A_cancelled_source_faults_what_it_feeds()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new BufferBlock<int>(new DataflowBlockOptions { CancellationToken = cancellation.Token });
        var target = new ActionBlock<int>(_ => { });
        source.LinkTo(target, Propagate);
        await cancellation.CancelAsync();
        await target.Completion;
        Assert.IsTrue(source.Completion.IsCanceled && target.Completion.IsCompletedSuccessfully, "stock TPL no longer shows the trap");

        var walk = new FakeBlock();
        ITargetBlock<int> file = null!;
        FlowScope scope = _graph.AddTransient("snapshot", s =>
        {
            s.Adopt("walk", Stage.Walks, Upstreams.None, walk);
            file = s.AddAction<int>("file", Stage.Sinks, [walk], _ => { });
        });
        walk.Ending.SetCanceled();
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => file.Completion);
        Assert.AreEqual("snapshot/walk", fault.Block);
        Assert.IsInstanceOfType<OperationCanceledException>(fault.InnerException);
        await Assert.ThrowsExactlyAsync<FlowFaultException>(() => scope.Completion);
    }

    /// <summary>P7: a fault downstream is not told upstream; a producer into the full block before it waits for ever.</summary>
    [TestMethod]
    public async Task P07_A_fault_downstream_reaches_the_producer()
    {
        var middle = new TransformBlock<int, int>(x => x, new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        var end = new ActionBlock<int>(_ => throw new InvalidOperationException("cause"), new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        middle.LinkTo(end, Propagate);
        Assert.IsTrue(await middle.SendAsync(1));
        await Assert.ThrowsAsync<Exception>(() => end.Completion);
        await middle.SendAsync(2);
        Task<bool> stuck = middle.SendAsync(3);
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => stuck.WaitAsync(TimeSpan.FromMilliseconds(50)), "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> transform = null!;
        FlowScope scope = _graph.AddTransient("snapshot", s =>
        {
            transform = s.AddTransform<int, int>("encode", Stage.Walks, Upstreams.None, x => x, new BlockOptions { Bound = 1 });
            transform.LinkTo(s.AddAction<int>("file", Stage.Sinks, [transform], Throw("disk full"), new BlockOptions { Bound = 1 }));
        });
        var refused = new List<int>();
        int sent = 0;
        while (await transform.SendOrRefuseAsync(sent, refused.Add))
            sent++;
        CollectionAssert.AreEqual(new[] { sent }, refused);
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => scope.Completion);
        Assert.AreEqual("snapshot/file", fault.Block);
    }

    /// <summary>P7: of the permanent graph, the host is told of the first fault, so that it can stop the store.</summary>
    [TestMethod]
    public async Task P07_The_host_is_told_of_the_first_fault_of_a_permanent_block()
    {
        ITargetBlock<int> block = _graph.AddAction<int>("journal", Stage.Journal, Upstreams.None, Throw("disk full"));
        Assert.IsFalse(_graph.FirstPermanentFault.IsCompleted);
        Assert.IsTrue(block.Post(1));
        FlowFaultException fault = await _graph.FirstPermanentFault;
        Assert.AreEqual("journal", fault.Block);
        Assert.AreEqual("disk full", fault.InnerException!.Message);
    }

    /// <summary>P13: NullTarget never completes, so whoever waits for it waits for ever.</summary>
    [TestMethod]
    public async Task P13_A_drain_that_throws_output_away_does_not_wait_for_its_target()
    {
        ITargetBlock<int> stock = DataflowBlock.NullTarget<int>();
        stock.Complete();
        Assert.IsFalse(stock.Completion.IsCompleted, "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> block = _graph.AddBuffer<int>("unread", Stage.Walks, Upstreams.None);
        Assert.IsTrue(block.Post(1));
        StopReport report = await _graph.StopAsync(new StopOptions { StageDeadline = TimeSpan.FromMilliseconds(1), Grace = TimeSpan.FromMilliseconds(100) });
        Assert.AreEqual(StopVerdict.TimedOut, report.Verdict);
        Assert.AreEqual(0, report.LiveBlocks);
    }

    /// <summary>P14: blocks in a cycle never complete by themselves, and deadlock once all are full.</summary>
    [TestMethod]
    public async Task P14_A_cycle_cannot_be_built()
    {
        var a = new TransformBlock<int, int>(x => x);
        var b = new TransformBlock<int, int>(x => x);
        a.LinkTo(b, Propagate);
        b.LinkTo(a, Propagate);
        Assert.IsTrue(a.Post(1));
        a.Complete();
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => b.Completion.WaitAsync(TimeSpan.FromMilliseconds(50)), "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> one = _graph.AddBuffer<int>("one", Stage.Walks, Upstreams.None);
        IPropagatorBlock<int, int> two = _graph.AddBuffer<int>("two", Stage.Walks, [one]);
        one.LinkTo(two);
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() => two.LinkTo(one));
        StringAssert.Contains(refused.Message, "'one' does not declare 'two'");
        Assert.ThrowsExactly<InvalidOperationException>(() => one.LinkTo(one));
    }

    /// <summary>P22: a continuation of Completion that waits, run on the thread that completes the block, deadlocks it.</summary>
    [TestMethod]
    public async Task P22_A_waiting_continuation_of_Completion_does_not_run_in_the_block()
    {
        var block = new ProbeBlock();
        using var goOn = new ManualResetEventSlim();
        Task waiting = block.Completion.ContinueWith(
            _ => goOn.Wait(TimeSpan.FromSeconds(30)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        block.Complete();
        Assert.IsFalse(waiting.IsCompleted, "the continuation ran, and waited, inside Complete");
        goOn.Set();
        await waiting;
    }

    /// <summary>P25: each hop wraps the cause in one more AggregateException, and nobody can tell where it began.</summary>
    [TestMethod]
    public async Task P25_A_cause_crosses_any_number_of_arrows_as_it_was()
    {
        var a = new TransformBlock<int, int>(Map("cause"));
        var b = new BufferBlock<int>();
        var c = new ActionBlock<int>(_ => { });
        a.LinkTo(b, Propagate);
        b.LinkTo(c, Propagate);
        Assert.IsTrue(a.Post(1));
        await Assert.ThrowsAsync<Exception>(() => c.Completion);
        Assert.IsInstanceOfType<AggregateException>(c.Completion.Exception!.InnerException, "stock TPL no longer shows the trap");

        ITargetBlock<int> sink = null!;
        _graph.AddTransient("snapshot", s =>
        {
            IPropagatorBlock<int, int> encode = s.AddTransform("encode", Stage.Walks, Upstreams.None, Map("cause"));
            IPropagatorBlock<int, int> queue = s.AddBuffer<int>("queue", Stage.Streamers, [encode]);
            sink = s.AddAction<int>("sink", Stage.Sinks, [queue], _ => { });
            encode.LinkTo(queue);
            queue.LinkTo(sink);
            Assert.IsTrue(encode.Post(1));
        });
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => sink.Completion);
        Assert.AreEqual("snapshot/encode", fault.Block);
        Assert.IsInstanceOfType<InvalidOperationException>(fault.InnerException);
        Assert.AreEqual("cause", fault.InnerException.Message);
        Assert.HasCount(1, sink.Completion.Exception!.InnerExceptions);
    }

    private static Action<int> Throw(string message) => _ => throw new InvalidOperationException(message);

    private static Func<int, int> Map(string message) => _ => throw new InvalidOperationException(message);
}
