using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>Traps of stopping: what is cancelled still runs, what was cancelled still starts, and hangs that say nothing.</summary>
[TestClass]
public sealed class TrapStopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly FlowLogSpy _log = new();
    private readonly FlowGraph _graph;

    public TrapStopTests() => _graph = new FlowGraph(new FlowSettings { Time = _time, Log = _log });

    /// <summary>P27: cancelled is not quiesced: memory is freed while a write that uses it is in flight.</summary>
    [TestMethod]
    public async Task P27_Memory_is_released_only_when_the_last_one_has_left()
    {
        bool told = false, freed = false;
        Gate writes = _graph.AddGate("writes in flight", Stage.Sinks, Upstreams.None, closing: () => told = true);
        _graph.AddRelease("memory", Stage.Memory, [writes], () => freed = true);
        Assert.IsTrue(writes.TryEnter());
        Assert.IsTrue(writes.TryEnter());

        Task<StopReport> stop = _graph.StopAsync();
        Assert.IsTrue(told, "those inside are told to hurry");
        Assert.IsFalse(writes.TryEnter(), "the gate is closed");
        writes.Exit();
        Assert.IsFalse(writes.Completion.IsCompleted || freed);
        writes.Exit();
        StopReport report = await stop;
        Assert.IsTrue(freed);
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        Assert.AreEqual(new LedgerReading(3, 2, 1, 0), writes.Ledger);
    }

    /// <summary>P27: and if it never leaves, the process ends with the memory unreleased, and says so (DESIGN rule 18).</summary>
    [TestMethod]
    public async Task P27_Memory_that_somebody_still_uses_is_not_released_and_the_report_says_so()
    {
        bool freed = false;
        Gate writes = _graph.AddGate("writes in flight", Stage.Sinks, Upstreams.None);
        _graph.AddRelease("memory", Stage.Memory, Upstreams.None, () => freed = true);
        Assert.IsTrue(writes.TryEnter());

        StopReport report = await _time.AdvanceUntilAsync(_graph.StopAsync(), Second);

        Assert.IsFalse(freed, "memory that a write still uses was freed");
        Assert.AreEqual(StopVerdict.Stuck, report.Verdict);
        Assert.AreEqual(1, report.LiveBlocks);
        BlockReport[] problems = [.. report.Problems];
        Assert.AreEqual("writes in flight", problems[0].Name);
        Assert.AreEqual(1, problems[0].Abandoned);
        Assert.AreEqual("not released: 'writes in flight' still runs", problems[1].Reason);

        writes.Exit();
        Assert.IsFalse(freed, "a release that was given up ran after all");
    }

    /// <summary>P28: a component cancelled before it started starts all the same, and what it registers is never removed.</summary>
    [TestMethod]
    public async Task P28_What_was_completed_before_it_started_never_starts()
    {
        Ticker ticker = _graph.AddTicker("ticker", Stage.ShardIntake, Second);
        ticker.Complete();
        Assert.IsFalse(ticker.Start(_ => throw new InvalidOperationException("ticked")));
        Assert.AreEqual(0, _time.ArmedTimers);
        await ticker.Completion;
    }

    /// <summary>P28: the same for a whole operation: once the stop has passed a stage, nothing can register there.</summary>
    [TestMethod]
    public async Task P28_No_operation_starts_in_a_stage_that_has_been_passed()
    {
        Action? refusals = null;
        _graph.AddRelease("memory", Stage.Memory, Upstreams.None, () => refusals?.Invoke());
        int made = 0;
        refusals = () =>
        {
            InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(() => _graph.AddTransient("late", s =>
            {
                s.AddBuffer<int>("exit", Stage.Exit, Upstreams.None);
                made++;
                s.AddBuffer<int>("walk", Stage.Walks, Upstreams.None);
            }));
            StringAssert.Contains(refused.Message, "'late/walk'");
            StringAssert.Contains(refused.Message, "the stop has passed stage Walks");
        };
        StopReport report = await _graph.StopAsync();
        Assert.AreEqual(1, made);
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        Assert.HasCount(1, _graph.Nodes, "a part of the refused operation stayed");
    }

    /// <summary>P32: the order of teardown is wrong in some phase nobody tried. Random graphs, stopped in a random phase of their work.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task P32_Random_graphs_stop_upstream_first_and_lose_nothing(int seed)
    {
        for (int i = 0; i < 60; i++)
        {
            var world = new RandomFlow(new Random((seed * 1000) + i));
            string? broken = await world.RunAsync();
            Assert.IsNull(broken, $"seed {seed}, graph {i}: {broken}");
        }
    }

    /// <summary>P33: a hung stop gives no clue.</summary>
    [TestMethod]
    public async Task P33_The_watchdog_names_what_has_not_ended_with_its_queue_and_ledger()
    {
        using var gate = new ManualResetEventSlim();
        ITargetBlock<int> sink = _graph.AddAction<int>("sink", Stage.Sinks, Upstreams.None, _ => gate.Wait());
        _graph.AddBuffer<int>("later", Stage.Journal, Upstreams.None);
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(sink.Post(i));
        SpinWait.SpinUntil(() => ((IFlowBlock)sink).QueueLength == 2);

        Task<StopReport> stop = _graph.StopAsync(new StopOptions { WatchdogPeriod = 4 * Second, StageDeadline = 10 * Second });
        await _time.WhenArmedAsync(2);
        _time.Advance(9 * Second);
        gate.Set();
        StopReport report = await stop;

        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        Assert.HasCount(2, _log.Watched, "at 4 s and at 8 s; a block whose turn has not come is not named");
        foreach (NodeReading named in _log.Watched)
        {
            Assert.AreEqual("sink", named.Name);
            Assert.AreEqual(NodeState.Draining, named.State);
            Assert.AreEqual(2, named.QueueLength);
            Assert.AreEqual(new LedgerReading(3, 0, 0, 0), named.Ledger);
        }

        CollectionAssert.AreEqual(new[] { 4 * Second, 8 * Second }, _log.Watched.Select(named => named.Unmoved).ToArray(), "its message is that old");

        Assert.AreEqual(0, _time.ArmedTimers, "the watchdog or a deadline outlives the stop");
    }

    /// <summary>A random graph of pass-through blocks in random stages under random load.</summary>
    private sealed class RandomFlow
    {
        private readonly Random _random;
        private readonly FlowGraph _graph = new();
        private readonly List<IPropagatorBlock<int, int>> _open = [];
        private readonly List<IPropagatorBlock<int, int>> _sources = [];
        private readonly ConcurrentQueue<int> _arrived = new();
        private volatile string? _broken;
        private long _sent;

        public RandomFlow(Random random)
        {
            _random = random;
            Stage[] stages = [.. Enumerable.Range(0, 8).Select(_ => (Stage)random.Next((int)Stage.Memory)).Order()];
            foreach (Stage stage in stages)
                AddBlock(stage);
            var sink = _graph.AddAction<int>("sink", Stage.ShardExecutors, Upstreams.Of([.. _open]), _arrived.Enqueue, Bound());
            foreach (IPropagatorBlock<int, int> block in _open)
                block.LinkTo(sink);
            foreach (FlowNode node in _graph.Nodes)
            {
                FakeBlock follower = null!;
                follower = new FakeBlock
                {
                    OnComplete = () =>
                    {
                        Expect(node.Block.Completion.IsCompleted, $"what follows '{node.Name}' was completed before it");
                        follower.Ending.TrySetResult();
                    },
                };
                _graph.Adopt($"after {node.Name}", node.Stage, [node.Block], follower);
            }

            FlowNode[] all = [.. _graph.Nodes];
            _graph.AddRelease("memory", Stage.Memory, [sink], () => Expect(Array.TrueForAll(all, node => node.Block.Completion.IsCompleted), "memory was released too early"));
        }

        public async Task<string?> RunAsync()
        {
            Task<long>[] senders = [.. _sources.Select(SendUntilRefusedAsync)];
            long phase = _random.Next(200);
            SpinWait.SpinUntil(() => Interlocked.Read(ref _sent) >= phase, TimeSpan.FromSeconds(10));
            StopReport report = await _graph.StopAsync();
            long accepted = (await Task.WhenAll(senders)).Sum();
            if (report.Verdict != StopVerdict.Clean || report.LiveBlocks != 0)
                return report.ToJson();
            if (_arrived.Count != accepted)
                return $"{accepted} sent, {_arrived.Count} arrived";
            return _broken;
        }

        private void AddBlock(Stage stage)
        {
            string name = $"{stage} {_graph.Nodes.Count}";
            IPropagatorBlock<int, int>[] from = [.. _open.Where(_ => _random.Next(3) == 0)];
            IPropagatorBlock<int, int> block = from.Length > 0
                ? _graph.AddFanIn(name, stage, from, Bound())
                : _graph.AddTransform<int, int>(name, stage, Upstreams.None, x => x, Bound());
            _open.RemoveAll(from.Contains);
            _open.Add(block);
            if (from.Length == 0)
                _sources.Add(block);
        }

        private void Expect(bool condition, string otherwise) => _broken ??= condition ? null : otherwise;

        private BlockOptions Bound() => new() { Bound = _random.Next(1, 5) };

        private async Task<long> SendUntilRefusedAsync(IPropagatorBlock<int, int> source)
        {
            await Task.Yield();
            long taken = 0;
            while (await source.SendOrRefuseAsync(1, _ => { }))
            {
                taken++;
                Interlocked.Increment(ref _sent);
            }

            return taken;
        }
    }
}
