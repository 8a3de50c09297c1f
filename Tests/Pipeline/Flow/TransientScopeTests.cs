using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>An operation's blocks: made together, complete and fail together, and leave the graph when they have ended.</summary>
[TestClass]
public sealed class TransientScopeTests
{
    private readonly FlowLogSpy _log = new();
    private readonly FlowGraph _graph;

    public TransientScopeTests() => _graph = new FlowGraph(new FlowSettings { Log = _log });

    [TestMethod]
    public async Task It_completes_from_its_source_on_and_leaves_the_graph()
    {
        int handled = 0;
        IPropagatorBlock<int, int> walk = null!;
        FlowScope scope = _graph.AddTransient("snapshot 1", s =>
        {
            walk = s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None);
            walk.LinkTo(s.AddAction<int>("file", Stage.Sinks, [walk], _ => handled++));
        });
        CollectionAssert.AreEqual(new[] { "snapshot 1/walk", "snapshot 1/file" }, _graph.Describe().Select(node => node.Name).ToArray());
        Assert.IsTrue(await walk.SendOrRefuseAsync(1, _ => { }));
        walk.Complete();
        await scope.Completion;
        Assert.AreEqual(1, handled);
        Assert.IsEmpty(_graph.Nodes);
        Assert.IsNull(_graph.Find(walk));

        // Its names are free again.
        _graph.AddTransient("snapshot 1", s => s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None));
    }

    [TestMethod]
    public async Task One_fault_gives_up_all_its_blocks_and_none_of_the_others()
    {
        var permanent = _graph.AddBuffer<int>("permanent", Stage.Sessions, Upstreams.None);
        IPropagatorBlock<int, int> walk = null!;
        ITargetBlock<int> file = null!, index = null!;
        FlowScope scope = _graph.AddTransient("snapshot", s =>
        {
            walk = s.AddBuffer<int>("walk", Stage.Walks, [permanent]);
            file = s.AddAction<int>("file", Stage.Sinks, [walk], _ => { });
            index = s.AddAction<int>("index", Stage.Sinks, Upstreams.None, _ => { });
        });
        Assert.IsTrue(walk.Post(1));
        index.Fault(new InvalidOperationException("cause"));

        foreach (Task completion in new[] { scope.Completion, walk.Completion, file.Completion })
            Assert.AreEqual("snapshot/index", (await Assert.ThrowsExactlyAsync<FlowFaultException>(() => completion)).Block);
        Assert.HasCount(1, _graph.Nodes);
        Assert.AreEqual(1, _graph.LiveBlocks);
        Assert.IsFalse(permanent.Completion.IsCompleted || _graph.FirstPermanentFault.IsCompleted);
        Assert.AreEqual("snapshot/index", _log.Faults.First().Block);
    }

    [TestMethod]
    public async Task It_follows_a_permanent_upstream_that_ends_before_or_after_it_was_made()
    {
        var shard = new FakeBlock();
        _graph.Adopt("shard", Stage.Walks, Upstreams.None, shard);
        IPropagatorBlock<int, int> walk = null!;
        FlowScope before = _graph.AddTransient("before", s => walk = s.AddBuffer<int>("walk", Stage.Walks, [shard]));
        Assert.IsFalse(walk.Completion.IsCompleted);
        shard.Complete();
        await before.Completion;
        FlowScope after = _graph.AddTransient("after", s => s.AddBuffer<int>("walk", Stage.Walks, [shard]));
        await after.Completion;
    }

    [TestMethod]
    public async Task A_block_made_for_it_that_has_ended_already_counts()
    {
        FlowScope scope = _graph.AddTransient("quick", s =>
        {
            var walk = s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None);
            walk.Complete();
            SpinWait.SpinUntil(() => walk.Completion.IsCompleted);
            s.AddAction<int>("file", Stage.Sinks, [walk], _ => { });
        });
        await scope.Completion;
        FlowScope faulted = _graph.AddTransient("faulted", s =>
        {
            var walk = s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None);
            walk.Fault(new InvalidOperationException("cause"));
            SpinWait.SpinUntil(() => walk.Completion.IsCompleted);
            s.AddAction<int>("file", Stage.Sinks, [walk], _ => { });
        });
        Assert.AreEqual("faulted/walk", (await Assert.ThrowsExactlyAsync<FlowFaultException>(() => faulted.Completion)).Block);
        await Assert.ThrowsExactlyAsync<FlowFaultException>(() => _graph.AddTransient("probe", s =>
            s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None).Fault(new InvalidOperationException("cause"))).Completion);
        Assert.IsEmpty(_graph.Nodes);
    }

    [TestMethod]
    public async Task If_building_it_fails_what_was_made_is_given_up_and_nothing_stays()
    {
        IPropagatorBlock<int, int> walk = null!;
        InvalidOperationException thrown = Assert.ThrowsExactly<InvalidOperationException>(() => _graph.AddTransient("snapshot", s =>
        {
            walk = s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None);
            throw new InvalidOperationException("no space");
        }));
        Assert.AreEqual("no space", thrown.Message);
        Assert.IsEmpty(_graph.Nodes);
        MakeAgain();
        await Assert.ThrowsAsync<Exception>(() => walk.Completion);
        SpinWait.SpinUntil(() => _log.Faults.Count == 1, TimeSpan.FromSeconds(30));
        Assert.ThrowsExactly<InvalidOperationException>(MakeAgain, "the end of the first took the name of the second away");

        void MakeAgain() => _graph.AddTransient("snapshot", s => s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None));
    }

    [TestMethod]
    public void Nothing_is_added_to_it_later()
    {
        FlowScope scope = _graph.AddTransient("snapshot", s => s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None));
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() => scope.AddBuffer<int>("late", Stage.Walks, Upstreams.None));
        StringAssert.Contains(refused.Message, "all blocks of an operation are made before it starts");
        Assert.ThrowsExactly<InvalidOperationException>(
            () => _graph.AddTransient("release", s => s.AddRelease("memory", Stage.Memory, Upstreams.None, () => { })));
    }

    [TestMethod]
    public async Task It_leaves_nothing_behind_on_a_permanent_upstream()
    {
        var shard = new FakeBlock();
        _graph.Adopt("shard", Stage.Walks, Upstreams.None, shard);
        var walks = new List<WeakReference>();
        for (int i = 0; i < 10; i++)
            walks.Add(await MakeAndEndAsync(shard));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.IsLessThan(5, walks.Count(walk => walk.IsAlive), "ended operations are kept alive by what they read from");
    }

    private async Task<WeakReference> MakeAndEndAsync(FakeBlock shard)
    {
        IPropagatorBlock<int, int> walk = null!;
        FlowScope scope = _graph.AddTransient("snapshot", s => walk = s.AddBuffer<int>("walk", Stage.Walks, [shard]));
        walk.Complete();
        await scope.Completion;
        return new WeakReference(walk);
    }
}
