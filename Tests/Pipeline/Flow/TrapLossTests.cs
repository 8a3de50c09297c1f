using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>Traps of TPL Dataflow that lose messages: each test shows the stock behaviour first, then ours.</summary>
[TestClass]
public sealed class TrapLossTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly FlowGraph _graph;

    public TrapLossTests() => _graph = new FlowGraph(new FlowSettings { Time = _time });

    /// <summary>P3: a fault throws away what is queued, and nobody counts it.</summary>
    [TestMethod]
    public async Task P03_What_a_fault_throws_away_is_counted()
    {
        using var stockGate = new ManualResetEventSlim();
        int stock = 0;
        var plain = new ActionBlock<int>(_ =>
        {
            stockGate.Wait();
            stock++;
        });
        await FaultWithQueueAsync(plain, () => plain.InputCount, stockGate);
        Assert.AreEqual(1, stock, "stock TPL no longer shows the trap");

        using var gate = new ManualResetEventSlim();
        ITargetBlock<int> block = _graph.AddAction<int>("block", Stage.Sinks, Upstreams.None, _ => gate.Wait());
        await FaultWithQueueAsync(block, () => (int)((IFlowBlock)block).QueueLength, gate);
        Assert.AreEqual(new LedgerReading(10, 1, 0, 0), ((IFlowBlock)block).Ledger);
        StopReport report = await _graph.StopAsync();
        Assert.AreEqual(StopVerdict.Faulted, report.Verdict);
        Assert.AreEqual(9, report.Problems.Single().Abandoned);
    }

    /// <summary>P4: a fault after Complete is ignored: a block with unread output never ends, one without ends as a success that threw its queue away.</summary>
    [TestMethod]
    public async Task P04_A_block_given_up_at_its_deadline_ends_and_counts_what_was_inside()
    {
        var unread = new TransformBlock<int, int>(x => x);
        await SendAsync(unread, 10);
        SpinWait.SpinUntil(() => unread.OutputCount == 10);
        unread.Complete();
        ((IDataflowBlock)unread).Fault(new InvalidOperationException("ignored"));
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => unread.Completion.WaitAsync(TimeSpan.FromMilliseconds(50)), "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> block = _graph.AddTransform<int, int>("unread", Stage.Walks, Upstreams.None, x => x);
        await SendAsync(block, 10);
        Task<DrainResult> drain = ((IFlowBlock)block).DrainAsync("unread", 5 * Second, Second, _time);
        await _time.WhenArmedAsync(1);
        _time.Advance(5 * Second);
        DrainResult result = await drain;
        Assert.AreEqual(DrainOutcome.TimedOut, result.Outcome);
        Assert.AreEqual(10, result.Abandoned);
        Assert.AreEqual(0, result.Ledger.Done, "what was thrown away counts as done");
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully, "stock TPL no longer reads as a success here");
    }

    /// <summary>P4: the same for a queue of input.</summary>
    [TestMethod]
    public async Task P04_A_queue_given_up_at_its_deadline_is_counted_though_the_block_reads_as_a_success()
    {
        using var gate = new ManualResetEventSlim();
        ITargetBlock<int> block = _graph.AddAction<int>("slow", Stage.Sinks, Upstreams.None, _ => gate.Wait());
        await SendAsync(block, 10);
        SpinWait.SpinUntil(() => ((IFlowBlock)block).QueueLength == 9);
        Task<StopReport> stop = _graph.StopAsync(new StopOptions { StageDeadline = 5 * Second, Grace = Second, WatchdogPeriod = 1000 * Second });
        await _time.WhenArmedAsync(2);
        _time.Advance(5 * Second);
        gate.Set();
        StopReport report = await stop;
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully, "stock TPL no longer shows the trap");
        Assert.AreEqual(StopVerdict.TimedOut, report.Verdict);
        Assert.AreEqual((1L, 9L), (report.Problems.Single().Drained, report.Problems.Single().Abandoned));
        Assert.AreEqual(NodeState.TimedOut, _graph.Find(block)!.State);
    }

    /// <summary>P5: one exception kills the block for everybody.</summary>
    [TestMethod]
    public async Task P05_With_an_error_handler_an_exception_is_data_and_the_block_lives()
    {
        int stock = 0;
        var plain = new ActionBlock<int>(x =>
        {
            ThrowAtThree(x);
            stock++;
        });
        for (int i = 0; i < 10; i++)
            await plain.SendAsync(i);
        plain.Complete();
        await Assert.ThrowsAsync<Exception>(() => plain.Completion);
        Assert.AreEqual(3, stock, "stock TPL no longer shows the trap");

        var failed = new List<int>();
        ITargetBlock<int> block = _graph.AddAction<int>("block", Stage.Sinks, Upstreams.None, ThrowAtThree, onError: (x, _) => failed.Add(x));
        await SendAsync(block, 10);
        block.Complete();
        await block.Completion;
        CollectionAssert.AreEqual(new[] { 3 }, failed);
        Assert.AreEqual(new LedgerReading(10, 9, 0, 1), ((IFlowBlock)block).Ledger);
    }

    /// <summary>P6: an OperationCanceledException drops its message without a word, and the block ends as a success.</summary>
    [TestMethod]
    public async Task P06_A_cancellation_thrown_by_a_handler_is_never_silent()
    {
        var plain = new TransformBlock<int, int>(CancelAtThree);
        var stock = new List<int>();
        var end = new ActionBlock<int>(stock.Add);
        plain.LinkTo(end, new DataflowLinkOptions { PropagateCompletion = true });
        for (int i = 0; i < 10; i++)
            Assert.IsTrue(plain.Post(i));
        plain.Complete();
        await end.Completion;
        Assert.HasCount(9, stock, "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> block = _graph.AddTransform<int, int>("block", Stage.Walks, Upstreams.None, CancelAtThree);
        await SendAsync(block, 10);
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => block.Completion);
        Assert.AreEqual("block", fault.Block);
        Assert.IsInstanceOfType<OperationCanceledException>(fault.InnerException);
        Assert.AreEqual(1, ((IFlowBlock)block).Ledger.Failed);

        var outputs = new List<int>();
        IPropagatorBlock<int, int> answering = _graph.AddTransform<int, int>("answering", Stage.Walks, Upstreams.None, CancelAtThree, onError: (x, _) => -x);
        ITargetBlock<int> sink = _graph.AddAction<int>("sink", Stage.Sinks, [answering], outputs.Add);
        answering.LinkTo(sink);
        await SendAsync(answering, 10);
        await _graph.StopAsync();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, -3, 4, 5, 6, 7, 8, 9 }, outputs);
        Assert.AreEqual(new LedgerReading(10, 10, 0, 0), ((IFlowBlock)answering).Ledger);
    }

    /// <summary>P8: Post to a full block is false, and the message is gone unless somebody looks.</summary>
    [TestMethod]
    public async Task P08_Sending_waits_for_room()
    {
        using var stockGate = new ManualResetEventSlim();
        var plain = new ActionBlock<int>(_ => stockGate.Wait(), new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        Assert.AreEqual(1, Enumerable.Range(0, 5).Count(plain.Post), "stock TPL no longer shows the trap");
        stockGate.Set();

        using var gate = new ManualResetEventSlim();
        var handled = new ConcurrentQueue<int>();
        ITargetBlock<int> block = _graph.AddAction<int>(
            "block",
            Stage.Sinks,
            Upstreams.None,
            x =>
            {
                gate.Wait();
                handled.Enqueue(x);
            },
            new BlockOptions { Bound = 1 });
        Task<bool>[] sends = [.. Enumerable.Range(0, 5).Select(i => block.SendOrRefuseAsync(i, _ => Assert.Fail("refused")))];
        Assert.IsFalse(sends[4].IsCompleted);
        gate.Set();
        CollectionAssert.AreEqual(new[] { true, true, true, true, true }, await Task.WhenAll(sends));
        await _graph.StopAsync();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, handled.ToArray());
    }

    /// <summary>P9: what is sent after Complete is refused by a false that is easily overlooked.</summary>
    [TestMethod]
    public async Task P09_A_late_message_goes_back_to_its_sender_and_is_counted()
    {
        var plain = new ActionBlock<int>(_ => { });
        plain.Complete();
        Assert.IsFalse(await plain.SendAsync(1), "stock TPL no longer shows the trap");

        ITargetBlock<int> block = _graph.AddAction<int>("block", Stage.Sinks, Upstreams.None, _ => { });
        Assert.IsTrue(await block.SendOrRefuseAsync(1, _ => Assert.Fail("refused")));
        block.Complete();
        var refused = new List<int>();
        Assert.IsFalse(await block.SendOrRefuseAsync(2, refused.Add));
        await block.Completion;
        Assert.IsFalse(await block.SendOrRefuseAsync(3, refused.Add));
        CollectionAssert.AreEqual(new[] { 2, 3 }, refused);
        Assert.AreEqual(new LedgerReading(3, 1, 2, 0), ((IFlowBlock)block).Ledger);
    }

    /// <summary>P9: the same for a sender that was waiting for room, or gives up waiting.</summary>
    [TestMethod]
    public async Task P09_A_send_that_waits_when_the_block_completes_or_the_sender_gives_up_is_refused()
    {
        IPropagatorBlock<int, int> block = _graph.AddBuffer<int>("block", Stage.Walks, Upstreams.None, new BlockOptions { Bound = 1 });
        Assert.IsTrue(block.Post(1));
        var refused = new ConcurrentQueue<int>();
        using var givesUp = new CancellationTokenSource();
        Task<bool> impatient = block.SendOrRefuseAsync(2, refused.Enqueue, givesUp.Token);
        Task<bool> waiting = block.SendOrRefuseAsync(3, refused.Enqueue);
        await givesUp.CancelAsync();
        Assert.IsFalse(await impatient);
        block.Complete();
        Assert.IsFalse(await waiting);
        CollectionAssert.AreEqual(new[] { 2, 3 }, refused.ToArray());
        Assert.AreEqual(1, await block.ReceiveAsync());
        await block.Completion;
        Assert.AreEqual(new LedgerReading(3, 1, 2, 0), ((IFlowBlock)block).Ledger);
    }

    /// <summary>P10: BroadcastBlock keeps one message and overwrites it: a slow bounded branch misses most.</summary>
    [TestMethod]
    public async Task P10_A_fan_out_gives_every_message_to_a_slow_branch_too()
    {
        using var stockGate = new ManualResetEventSlim();
        int stock = 0;
        var broadcast = new BroadcastBlock<int>(x => x);
        var slow = new ActionBlock<int>(
            _ =>
            {
                stockGate.Wait();
                stock++;
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        broadcast.LinkTo(slow, new DataflowLinkOptions { PropagateCompletion = true });
        for (int i = 0; i < 100; i++)
            Assert.IsTrue(broadcast.Post(i));
        SpinWait.SpinUntil(() => slow.InputCount == 0);
        broadcast.Complete();
        stockGate.Set();
        await slow.Completion;
        Assert.IsLessThan(100, stock, "stock TPL no longer shows the trap");

        var fast = new ConcurrentQueue<int>();
        var slowed = new ConcurrentQueue<int>();
        FanOut<int> fanOut = _graph.AddFanOut<int>("fan-out", Stage.Streamers, Upstreams.None, Second);
        fanOut.AddBranch(_graph.AddAction<int>("fast", Stage.Sinks, [fanOut], fast.Enqueue));
        fanOut.AddBranch(_graph.AddAction<int>(
            "slow",
            Stage.Sinks,
            [fanOut],
            async x =>
            {
                await Task.Yield();
                slowed.Enqueue(x);
            },
            new BlockOptions { Bound = 1 }));
        await SendAsync(fanOut, 100);
        Assert.AreEqual(StopVerdict.Clean, (await _graph.StopAsync()).Verdict);
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).ToArray(), fast.ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).ToArray(), slowed.ToArray());
    }

    /// <summary>P11: two plain links of one source compete for each message; that is no broadcast.</summary>
    [TestMethod]
    public async Task P11_A_second_arrow_out_of_a_block_is_refused()
    {
        var plain = new BufferBlock<int>();
        int first = 0, second = 0;
        plain.LinkTo(new ActionBlock<int>(_ => first++));
        plain.LinkTo(new ActionBlock<int>(_ => second++));
        for (int i = 0; i < 10; i++)
            Assert.IsTrue(plain.Post(i));
        plain.Complete();
        await plain.Completion;
        Assert.IsLessThan(20, first + second, "stock TPL no longer shows the trap");

        IPropagatorBlock<int, int> block = _graph.AddBuffer<int>("block", Stage.Walks, Upstreams.None);
        ITargetBlock<int> one = _graph.AddAction<int>("one", Stage.Sinks, [block], _ => { });
        ITargetBlock<int> two = _graph.AddAction<int>("two", Stage.Sinks, [block], _ => { });
        IDisposable link = block.LinkTo(one);
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() => block.LinkTo(two));
        StringAssert.Contains(refused.Message, "'block' feeds one block at a time");
        link.Dispose();
        block.LinkTo(two);
    }

    /// <summary>P23: a bounded transform once lost messages when it completed; kept as a canary: what goes in comes out.</summary>
    [TestMethod]
    public async Task P23_Nothing_is_lost_when_a_bounded_chain_completes()
    {
        for (int round = 0; round < 100; round++)
        {
            int handled = 0;
            IPropagatorBlock<int, int> encode = null!;
            FlowScope scope = _graph.AddTransient("chain", s =>
            {
                encode = s.AddTransform<int, int>(
                    "encode", Stage.Walks, Upstreams.None, x => x, new BlockOptions { Bound = 3, Parallelism = 2 }, onError: (_, _) => -1);
                encode.LinkTo(s.AddAction<int>("sink", Stage.Sinks, [encode], _ => handled++, new BlockOptions { Bound = 2 }));
            });
            await SendAsync(encode, 30);
            encode.Complete();
            await scope.Completion;
            Assert.AreEqual(30, handled, $"round {round}");
            Assert.AreEqual(new LedgerReading(30, 30, 0, 0), ((IFlowBlock)encode).Ledger);
        }
    }

    private static async Task SendAsync(ITargetBlock<int> block, int count)
    {
        for (int i = 0; i < count; i++)
            await block.SendOrRefuseAsync(i, _ => { });
    }

    private static async Task FaultWithQueueAsync(ITargetBlock<int> block, Func<int> queued, ManualResetEventSlim gate)
    {
        for (int i = 0; i < 10; i++)
            Assert.IsTrue(block.Post(i));
        SpinWait.SpinUntil(() => queued() == 9);
        block.Fault(new InvalidOperationException("cause"));
        gate.Set();
        await Assert.ThrowsAsync<Exception>(() => block.Completion);
    }

    private static void ThrowAtThree(int x)
    {
        if (x == 3)
            throw new InvalidOperationException("three");
    }

    private static int CancelAtThree(int x) => x == 3 ? throw new OperationCanceledException("three") : x;
}
