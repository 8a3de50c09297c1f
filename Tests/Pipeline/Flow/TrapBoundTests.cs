using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>Traps of TPL Dataflow about bounds, order and blocks that hold messages back; and those that the build itself excludes.</summary>
[TestClass]
public sealed class TrapBoundTests
{
    private readonly FlowGraph _graph = new();

    /// <summary>P12: a message that no predicate accepts stays at the head and blocks the source for good.</summary>
    [TestMethod]
    public async Task P12_Predicate_links_are_banned()
    {
        var source = new BufferBlock<int>();
        var even = new ActionBlock<int>(_ => { });
        source.LinkTo(even, new DataflowLinkOptions { PropagateCompletion = true }, x => x % 2 == 0);
        foreach (int i in new[] { 2, 3, 4 })
            Assert.IsTrue(source.Post(i));
        source.Complete();
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => source.Completion.WaitAsync(TimeSpan.FromMilliseconds(50)), "stock TPL no longer shows the trap");
        Assert.AreEqual(2, source.Count);

        Banned("DataflowBlock.LinkTo``1(System.Threading.Tasks.Dataflow.ISourceBlock{``0},System.Threading.Tasks.Dataflow.ITargetBlock{``0},System.Predicate{``0})");
        Banned(
            "DataflowBlock.LinkTo``1(System.Threading.Tasks.Dataflow.ISourceBlock{``0},System.Threading.Tasks.Dataflow.ITargetBlock{``0},System.Threading.Tasks.Dataflow.DataflowLinkOptions,System.Predicate{``0})");
    }

    /// <summary>P15: a delegate that sends into its own full block waits for itself.</summary>
    [TestMethod]
    public async Task P15_A_message_may_post_to_the_exclusive_block_it_runs_in()
    {
        ActionBlock<int> plain = null!;
        var sending = new TaskCompletionSource<Task>();
        plain = new ActionBlock<int>(
            x =>
            {
                Task<bool> send = plain.SendAsync(x - 1);
                sending.SetResult(send);
                return send;
            },
            new ExecutionDataflowBlockOptions { BoundedCapacity = 1 });
        Assert.IsTrue(plain.Post(1));
        Task stuck = await sending.Task;
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => stuck.WaitAsync(TimeSpan.FromMilliseconds(50)), "stock TPL no longer shows the trap");

        int ran = 0;
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnRun = item =>
            {
                ran++;
                if (item.Number > 0)
                    Assert.IsTrue(block.Post(new Item(item.Number - 1)));
            },
        };
        Assert.IsTrue(block.Post(new Item(10)));
        Assert.AreEqual(11, ran);
    }

    /// <summary>P17: the bound of a transform counts input, running and output together.</summary>
    [TestMethod]
    public async Task P17_A_bound_counts_what_has_not_been_handed_on()
    {
        IPropagatorBlock<int, int> block = _graph.AddTransform<int, int>("encode", Stage.Walks, Upstreams.None, x => x, new BlockOptions { Bound = 3 });
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(block.Post(i));
        Assert.IsFalse(block.Post(3), "output that nobody has read is not counted");
        Assert.AreEqual(3, ((IFlowBlock)block).Ledger.Inside);
        Assert.AreEqual(0, await block.ReceiveAsync());
        Assert.AreEqual(new LedgerReading(3, 1, 0, 0), ((IFlowBlock)block).Ledger);
        Assert.IsTrue(await block.SendOrRefuseAsync(3, _ => Assert.Fail("refused")));
    }

    /// <summary>
    /// P18: with parallel handlers, later messages escape past one that failed, although order is kept. No stock control: it is a race (seen in 4 of 300 runs).
    /// </summary>
    [TestMethod]
    public async Task P18_Parallel_handlers_must_say_what_an_error_becomes()
    {
        var parallel = new BlockOptions { Parallelism = 2 };
        Assert.ThrowsExactly<ArgumentException>(() => _graph.AddTransform<int, int>("t", Stage.Walks, Upstreams.None, x => x, parallel));
        Assert.ThrowsExactly<ArgumentException>(() => _graph.AddAction<int>("a", Stage.Walks, Upstreams.None, _ => { }, parallel));
        var outputs = new ConcurrentQueue<int>();
        IPropagatorBlock<int, int> block = _graph.AddTransform<int, int>(
            "t", Stage.Walks, Upstreams.None, x => x == 0 ? throw new InvalidOperationException("cause") : x, parallel, onError: (_, _) => -1);
        ITargetBlock<int> sink = _graph.AddAction<int>("sink", Stage.Sinks, [block], outputs.Enqueue);
        block.LinkTo(sink);
        for (int i = 0; i < 5; i++)
            Assert.IsTrue(await block.SendOrRefuseAsync(i, _ => Assert.Fail("refused")));
        await _graph.StopAsync();
        CollectionAssert.AreEqual(new[] { -1, 1, 2, 3, 4 }, outputs.ToArray());
    }

    /// <summary>P19: a batch block keeps a part of a batch to itself until it is full.</summary>
    [TestMethod]
    public void P19_Batch_blocks_are_banned()
    {
        var batch = new BatchBlock<int>(10);
        Assert.IsTrue(batch.Post(1));
        Assert.IsFalse(batch.TryReceive(out _), "stock TPL no longer shows the trap");
        Banned("BatchBlock`1");
    }

    /// <summary>P20: a join hoards the messages of one side while another consumer starves.</summary>
    [TestMethod]
    public void P20_Join_blocks_are_banned()
    {
        var shared = new BufferBlock<int>();
        var join = new JoinBlock<int, int>();
        shared.LinkTo(join.Target1);
        Assert.IsTrue(shared.Post(1));
        SpinWait.SpinUntil(() => shared.Count == 0, TimeSpan.FromSeconds(10));
        Assert.AreEqual(0, shared.Count, "stock TPL no longer shows the trap");
        Banned("JoinBlock`2");
        Banned("JoinBlock`3");
    }

    /// <summary>P21: bounds and limits of links do not pass through an encapsulated block.</summary>
    [TestMethod]
    public void P21_Encapsulated_blocks_are_banned()
    {
        IPropagatorBlock<int, int> whole = DataflowBlock.Encapsulate(new ActionBlock<int>(_ => { }, new ExecutionDataflowBlockOptions { BoundedCapacity = 1 }), new BufferBlock<int>());
        whole.Complete();
        Assert.IsFalse(whole.Completion.IsCompleted, "stock TPL no longer shows the trap: completing the whole completes its tail");
        Banned("DataflowBlock.Encapsulate``2(");
    }

    /// <summary>P24: reading all of a faulted source ends as if all were well.</summary>
    [TestMethod]
    public async Task P24_Reading_a_source_by_enumeration_is_banned()
    {
        var source = new BufferBlock<int>();
        Assert.IsTrue(source.Post(1));
        int seen = 0;
        await foreach (int _ in source.ReceiveAllAsync())
        {
            seen++;
            ((IDataflowBlock)source).Fault(new InvalidOperationException("cut short"));
        }

        Assert.AreEqual(1, seen, "stock TPL no longer shows the trap");
        Banned("DataflowBlock.ReceiveAllAsync``1(");
    }

    private static void Banned(string symbol) => StringAssert.Contains(Repository.Read("BannedSymbols.txt"), $":System.Threading.Tasks.Dataflow.{symbol}");
}
