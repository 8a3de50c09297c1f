using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>What the graph refuses at construction, and what it knows afterwards.</summary>
[TestClass]
public sealed class FlowGraphTests
{
    private readonly FlowGraph _graph = new();

    [TestMethod]
    public void A_block_without_upstream_that_is_not_declared_a_source_is_refused()
    {
        Refused(() => _graph.AddBuffer<int>("lost", Stage.Router, []), "lost", "not declared a source");
        Refused(() => _graph.AddBuffer<int>("lost", Stage.Router, default), "lost", "not declared a source");
        _graph.AddBuffer<int>("found", Stage.Router, Upstreams.None);
    }

    [TestMethod]
    public void A_second_block_of_one_name_and_a_second_place_for_one_block_are_refused()
    {
        var block = _graph.AddBuffer<int>("twice", Stage.Router, Upstreams.None);
        Refused(() => _graph.AddBuffer<int>("twice", Stage.Router, Upstreams.None), "twice", "exists already");
        Refused(() => _graph.Adopt("again", Stage.Router, Upstreams.None, _graph.Find(block)!.Block), "again", "in the graph already");
    }

    [TestMethod]
    public void An_upstream_outside_the_graph_is_refused()
    {
        var stranger = new BufferBlock<int>();
        Refused(() => _graph.AddAction<int>("sink", Stage.Sinks, [stranger], _ => { }), "sink", "not in the graph");
    }

    [TestMethod]
    public void An_arrow_to_an_earlier_stage_is_refused()
    {
        var late = _graph.AddBuffer<int>("late", Stage.Sinks, Upstreams.None);
        Refused(() => _graph.AddAction<int>("early", Stage.Walks, [late], _ => { }), "early", "stops later");
    }

    [TestMethod]
    public void A_refused_block_leaves_no_trace()
    {
        Refused(() => _graph.AddBuffer<int>("lost", Stage.Router, []), "lost", "source");
        Assert.IsEmpty(_graph.Nodes);
        _graph.AddBuffer<int>("lost", Stage.Router, Upstreams.None);
    }

    [TestMethod]
    public void Bounds_and_parallelism_out_of_range_are_refused()
    {
        foreach (int bound in new[] { 0, -1, BlockOptions.BoundMax + 1 })
            Assert.ThrowsExactly<ArgumentException>(() => _graph.AddBuffer<int>("b", Stage.Router, Upstreams.None, new BlockOptions { Bound = bound }));
        Assert.ThrowsExactly<ArgumentException>(
            () => _graph.AddAction<int>("b", Stage.Router, Upstreams.None, _ => { }, new BlockOptions { Parallelism = 0 }));
        Assert.IsEmpty(_graph.Nodes);
    }

    [TestMethod]
    public void A_link_that_its_target_has_not_declared_is_refused()
    {
        var a = _graph.AddBuffer<int>("a", Stage.Router, Upstreams.None);
        var b = _graph.AddBuffer<int>("b", Stage.Router, Upstreams.None);
        var sink = _graph.AddAction<int>("sink", Stage.Sinks, [a], _ => { });
        a.LinkTo(sink);
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() => b.LinkTo(sink));
        StringAssert.Contains(refused.Message, "'sink' does not declare 'b'");
    }

    [TestMethod]
    public void The_description_tells_name_stage_upstreams_bound_queue_ledger_and_state()
    {
        var router = _graph.AddBuffer<int>("router", Stage.Router, Upstreams.None, new BlockOptions { Bound = 7 });
        _graph.AddAction<int>("sink", Stage.Sinks, [router], _ => { });
        Assert.IsTrue(router.Post(1));
        Assert.IsTrue(router.Post(2));

        IReadOnlyList<NodeReading> nodes = _graph.Describe();

        Assert.HasCount(2, nodes);
        Assert.AreEqual("router", nodes[0].Name);
        Assert.AreEqual(Stage.Router, nodes[0].Stage);
        Assert.IsEmpty(nodes[0].Upstreams);
        Assert.AreEqual(7, nodes[0].Bound);
        Assert.AreEqual(2, nodes[0].QueueLength);
        Assert.AreEqual(new LedgerReading(2, 0, 0, 0), nodes[0].Ledger);
        Assert.AreEqual(NodeState.Running, nodes[0].State);
        CollectionAssert.AreEqual(new[] { "router" }, nodes[1].Upstreams.ToArray());
    }

    [TestMethod]
    public void The_drawings_hold_every_block_and_every_arrow()
    {
        var a = _graph.AddBuffer<int>("a \"quoted\"", Stage.Router, Upstreams.None);
        var b = _graph.AddBuffer<int>("b", Stage.Walks, Upstreams.None);
        _graph.AddAction<int>("sink", Stage.Sinks, [a, b], _ => { });

        string mermaid = _graph.ToMermaid();
        StringAssert.Contains(mermaid, "n0[\"a #quot;quoted#quot;<br/>");
        StringAssert.Contains(mermaid, "n0 --> n2");
        StringAssert.Contains(mermaid, "n1 --> n2");
        StringAssert.Contains(mermaid, "subgraph Walks");
        string dot = _graph.ToDot();
        StringAssert.Contains(dot, "label=\"a \\\"quoted\\\"\\n");
        StringAssert.Contains(dot, "n0 -> n2;");
        StringAssert.Contains(dot, "n1 -> n2;");
        Assert.AreEqual(dot.Count(c => c == '{'), dot.Count(c => c == '}'));
    }

    private static void Refused(Action add, string name, string reason)
    {
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(add);
        StringAssert.Contains(refused.Message, $"'{name}'");
        StringAssert.Contains(refused.Message, reason);
    }
}
