using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>A message that any target block of the project can take.</summary>
public sealed class Item(int number) : BlockMessage
{
    public int Number { get; } = number;

    public override string ToString() => $"item {Number}";
}

/// <summary>What every target block of the project owes: TPL's target contract, and a ledger that balances at the end.</summary>
public abstract class FlowTargetContract
{
    protected const int Few = 20;

    /// <summary>A fresh block with room for <see cref="Few"/> messages that runs <paramref name="handler"/> on each.</summary>
    protected abstract ITargetBlock<Item> Make(Action<Item> handler);

    [TestMethod]
    public async Task Messages_are_handled_in_order_and_then_the_block_completes()
    {
        var handled = new ConcurrentQueue<int>();
        ITargetBlock<Item> block = Make(item => handled.Enqueue(item.Number));
        for (int i = 0; i < Few; i++)
            Assert.IsTrue(await block.SendAsync(new Item(i)));
        Assert.IsFalse(block.Completion.IsCompleted);

        block.Complete();
        await block.Completion;

        CollectionAssert.AreEqual(Enumerable.Range(0, Few).ToArray(), handled.ToArray());
        AssertLedger(block, new LedgerReading(Few, Few, 0, 0));
    }

    [TestMethod]
    public async Task A_completed_block_takes_nothing_more()
    {
        ITargetBlock<Item> block = Make(_ => Assert.Fail("handled"));
        block.Complete();
        await block.Completion;

        Assert.IsFalse(block.Post(new Item(1)));
        Assert.IsFalse(await block.SendAsync(new Item(2)));
        Assert.AreEqual(DataflowMessageStatus.DecliningPermanently, block.OfferMessage(new DataflowMessageHeader(1), new Item(3), null, false));
        ((IFlowBlock)block).Ledger.AssertSettled("block");
    }

    [TestMethod]
    public async Task Completing_twice_is_completing_once()
    {
        ITargetBlock<Item> block = Make(_ => { });
        block.Complete();
        block.Complete();
        await block.Completion;
        block.Complete();
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task A_fault_ends_the_block_with_its_first_cause()
    {
        ITargetBlock<Item> block = Make(_ => Assert.Fail("handled"));
        block.Fault(new InvalidOperationException("first"));
        block.Fault(new InvalidOperationException("second"));
        InvalidOperationException cause = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => block.Completion);
        Assert.AreEqual("first", cause.Message);
        Assert.IsFalse(block.Post(new Item(1)));
    }

    [TestMethod]
    public async Task A_handler_that_throws_faults_the_block_whatever_it_throws()
    {
        foreach (Exception thrown in new Exception[] { new InvalidOperationException("bug"), new OperationCanceledException("silent in TPL") })
        {
            ITargetBlock<Item> block = Make(_ => throw thrown);
            Assert.IsTrue(block.Post(new Item(1)));
            Exception cause = await Assert.ThrowsAsync<Exception>(() => block.Completion);
            Assert.AreSame(thrown, (cause as FlowFaultException)?.InnerException ?? cause);
            AssertLedger(block, new LedgerReading(1, 0, 0, 1));
        }
    }

    [TestMethod]
    public void Bad_offers_are_refused()
    {
        ITargetBlock<Item> block = Make(_ => { });
        Assert.Throws<ArgumentException>(() => block.OfferMessage(default, new Item(1), null, false));
        Assert.Throws<ArgumentException>(() => block.OfferMessage(new DataflowMessageHeader(1), new Item(1), null, true));
        Assert.Throws<ArgumentNullException>(() => block.Fault(null!));
        AssertLedger(block, default);
    }

    [TestMethod]
    public async Task A_stock_source_can_be_linked_and_its_completion_propagates()
    {
        var handled = new ConcurrentQueue<int>();
        ITargetBlock<Item> block = Make(item => handled.Enqueue(item.Number));
        var source = new BufferBlock<Item>();
        using IDisposable link = source.LinkTo(block, new DataflowLinkOptions { PropagateCompletion = true });
        for (int i = 0; i < 100; i++)
            Assert.IsTrue(source.Post(new Item(i)));

        source.Complete();
        await block.Completion;

        CollectionAssert.AreEqual(Enumerable.Range(0, 100).ToArray(), handled.ToArray());
        AssertLedger(block, new LedgerReading(100, 100, 0, 0));
    }

    [TestMethod]
    public async Task A_stock_source_hands_its_fault_on()
    {
        ITargetBlock<Item> block = Make(_ => { });
        var source = new BufferBlock<Item>();
        source.LinkTo(block, new DataflowLinkOptions { PropagateCompletion = true });
        ((IDataflowBlock)source).Fault(new InvalidOperationException("cause"));
        Exception cause = await Assert.ThrowsAsync<Exception>(() => block.Completion);
        Assert.AreEqual("cause", cause.GetBaseException().Message);
    }

    [TestMethod]
    public async Task A_message_that_must_be_consumed_is_taken_from_its_source_exactly_once()
    {
        var handled = new ConcurrentQueue<int>();
        ITargetBlock<Item> block = Make(item => handled.Enqueue(item.Number));
        var source = new ConsumableSource(new Item(7));
        DataflowMessageStatus first = block.OfferMessage(ConsumableSource.Header, new Item(8), source, consumeToAccept: true);
        DataflowMessageStatus second = block.OfferMessage(ConsumableSource.Header, new Item(9), source, consumeToAccept: true);
        block.Complete();
        await block.Completion;

        Assert.AreEqual(DataflowMessageStatus.Accepted, first);
        Assert.AreEqual(DataflowMessageStatus.NotAvailable, second);
        CollectionAssert.AreEqual(new[] { 7 }, handled.ToArray());
        AssertLedger(block, new LedgerReading(1, 1, 0, 0));
    }

    protected static void AssertLedger(ITargetBlock<Item> block, LedgerReading expected)
    {
        Assert.AreEqual(expected, ((IFlowBlock)block).Ledger);
        Assert.AreEqual(0, ((IFlowBlock)block).QueueLength);
    }

    /// <summary>A source with one message that gives it to the first who consumes it.</summary>
    protected sealed class ConsumableSource(Item item, Action? consuming = null) : ISourceBlock<Item>
    {
        private Item? _item = item;

        public static DataflowMessageHeader Header => new(1);

        public Task Completion => Task.CompletedTask;

        public Item? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<Item> target, out bool messageConsumed)
        {
            consuming?.Invoke();
            Item? taken = Interlocked.Exchange(ref _item, null);
            messageConsumed = taken is not null;
            return taken;
        }

        public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<Item> target) => _item is not null;

        public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<Item> target)
        {
        }

        public IDisposable LinkTo(ITargetBlock<Item> target, DataflowLinkOptions linkOptions) => throw new NotSupportedException();

        public void Complete()
        {
        }

        public void Fault(Exception exception)
        {
        }
    }
}
