using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

[TestClass]
public sealed class ActionTargetTests : FlowTargetContract
{
    protected override ITargetBlock<Item> Make(Action<Item> handler) =>
        new FlowGraph().AddAction("action", Stage.Sinks, Upstreams.None, handler);
}

[TestClass]
public sealed class AsyncActionTargetTests : FlowTargetContract
{
    protected override ITargetBlock<Item> Make(Action<Item> handler) =>
        new FlowGraph().AddAction<Item>("action", Stage.Sinks, Upstreams.None, async item =>
        {
            await Task.Yield();
            handler(item);
        });
}

[TestClass]
public sealed class TransformTargetTests : FlowTargetContract
{
    protected override ITargetBlock<Item> Make(Action<Item> handler)
    {
        IPropagatorBlock<Item, Item> block = new FlowGraph().AddTransform<Item, Item>("transform", Stage.Sinks, Upstreams.None, item =>
        {
            handler(item);
            return item;
        });
        block.LinkTo(new ActionBlock<Item>(_ => { }));
        return block;
    }
}

[TestClass]
public sealed class FanOutTargetTests : FlowTargetContract
{
    protected override ITargetBlock<Item> Make(Action<Item> handler)
    {
        var graph = new FlowGraph();
        FanOut<Item> fanOut = graph.AddFanOut<Item>("fan-out", Stage.Streamers, Upstreams.None, TimeSpan.FromMinutes(1));
        // A branch that handles each message while the fan-out waits for it: what it throws is the fan-out's.
        fanOut.AddBranch(graph.Adopt("branch", Stage.Sinks, [fanOut], new Inline(handler)));
        return fanOut;
    }

    private sealed class Inline(Action<Item> handler) : ITargetBlock<Item>, IFlowBlock
    {
        private readonly TaskCompletionSource _completion = new();

        public Task Completion => _completion.Task;

        public long QueueLength => 0;

        public LedgerReading Ledger => default;

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, Item messageValue, ISourceBlock<Item>? source, bool consumeToAccept)
        {
            handler(messageValue);
            return DataflowMessageStatus.Accepted;
        }

        public void Complete() => _completion.TrySetResult();

        public void Fault(Exception exception) => _completion.TrySetException(exception);
    }
}

[TestClass]
public sealed class ExclusiveTargetTests : FlowTargetContract
{
    protected override ITargetBlock<Item> Make(Action<Item> handler) => new ProbeBlock { OnRun = handler };

    [TestMethod]
    public async Task A_message_consumed_while_the_block_closes_is_answered_and_counted()
    {
        var block = new ProbeBlock { OnRun = _ => Assert.Fail("run") };
        var source = new ConsumableSource(new Item(7), consuming: block.Complete);
        Assert.AreEqual(DataflowMessageStatus.Accepted, block.OfferMessage(ConsumableSource.Header, new Item(8), source, consumeToAccept: true));
        await block.Completion;
        CollectionAssert.AreEqual(new[] { 7 }, block.Refused.ToArray());
        AssertLedger(block, new LedgerReading(1, 0, 1, 0));
        Assert.IsGreaterThanOrEqualTo(1, block.Releases, "what the refusal deferred is never done");
    }
}
