using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

[TestClass]
public sealed class TickerTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ManualTimeProvider _time = new();
    private readonly FlowGraph _graph;
    private readonly Ticker _ticker;
    private readonly List<Tick> _ticks = [];

    public TickerTests()
    {
        _graph = new FlowGraph(new FlowSettings { Time = _time });
        _ticker = _graph.AddTicker("ticker", Stage.ShardIntake, Period);
    }

    [TestMethod]
    public async Task It_ticks_each_period_until_it_is_completed()
    {
        Assert.IsTrue(_ticker.Start(Handle));
        _time.Advance(3.5 * Period);
        CollectionAssert.AreEqual(new[] { new Tick(1, 0), new Tick(2, 0), new Tick(3, 0) }, _ticks);
        _ticker.Complete();
        await _ticker.Completion;
        _time.Advance(10 * Period);
        Assert.HasCount(3, _ticks);
        Assert.AreEqual(0, _time.ArmedTimers);
        Assert.AreEqual(new LedgerReading(3, 3, 0, 0), _ticker.Ledger);
    }

    [TestMethod]
    public async Task Its_period_may_change_while_it_ticks_and_never_starts_it_again()
    {
        _ticker.ChangePeriod(Period / 2);
        Assert.AreEqual(0, _time.ArmedTimers, "it has not started");
        _ticker.Start(Handle);
        _ticker.ChangePeriod(4 * Period);
        _time.Advance(3 * Period);
        Assert.IsEmpty(_ticks);
        _time.Advance(Period);
        Assert.HasCount(1, _ticks);
        _ticker.ChangePeriod(Period);
        _time.Advance(3 * Period);
        Assert.HasCount(4, _ticks);
        _ticker.Complete();
        await _ticker.Completion;
        _ticker.ChangePeriod(Period);
        _time.Advance(10 * Period);
        Assert.HasCount(4, _ticks);
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public async Task The_next_tick_may_be_made_to_fall_due_now_and_those_behind_it_come_a_period_later()
    {
        _ticker.Hasten();
        Assert.AreEqual(0, _time.ArmedTimers, "it has not started");
        _ticker.Start(Handle);
        _ticker.ChangePeriod(2 * Period);
        _time.Advance(Period);
        _ticker.Hasten();
        _time.Advance(TimeSpan.Zero);
        Assert.HasCount(1, _ticks);
        _time.Advance(1.9 * Period);
        Assert.HasCount(1, _ticks);
        _time.Advance(0.1 * Period);
        Assert.HasCount(2, _ticks);
        _ticker.Complete();
        await _ticker.Completion;
        _ticker.Hasten();
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public async Task Ticks_that_fall_due_while_one_is_handled_become_one()
    {
        var handled = new TaskCompletionSource<bool>();
        _ticker.Start(tick =>
        {
            _ticks.Add(tick);
            return tick.Number == 1 ? handled.Task : Task.FromResult(true);
        });
        _time.Advance(5 * Period);
        CollectionAssert.AreEqual(new[] { new Tick(1, 0) }, _ticks, "a queue of ticks");
        handled.SetResult(true);
        await _ticker.Emission;
        _time.Advance(Period);
        CollectionAssert.AreEqual(new[] { new Tick(1, 0), new Tick(2, 4) }, _ticks);
        Assert.AreEqual(4, _ticker.Coalesced);
        Assert.AreEqual(new LedgerReading(6, 2, 4, 0), _ticker.Ledger);
    }

    [TestMethod]
    public async Task Behind_a_tick_that_was_the_last_there_is_none_though_one_falls_due_at_that_moment()
    {
        for (int round = 0; round < 3000; round++)
        {
            EagerTimeProvider time = new();
            Ticker ticker = new FlowGraph(new FlowSettings { Time = time }).AddTicker("ticker", Stage.ShardIntake, Period);
            int ticks = 0;
            Assert.IsTrue(ticker.Start(_ => Task.FromResult(Interlocked.Increment(ref ticks) < 2)));
            Task[] due = [Task.Run(time.FireUntilDisposed), Task.Run(time.FireUntilDisposed)];
            await ticker.Completion;
            await Task.WhenAll(due);
            Assert.AreEqual(2, ticks, $"round {round}");
        }
    }

    [TestMethod]
    public async Task It_ends_only_when_the_tick_under_way_has_been_handled()
    {
        var handled = new TaskCompletionSource<bool>();
        _ticker.Start(_ => handled.Task);
        _time.Advance(Period);
        _ticker.Complete();
        Assert.IsFalse(_ticker.Completion.IsCompleted);
        handled.SetResult(true);
        await _ticker.Completion;
        _ticker.Ledger.AssertSettled("ticker");
    }

    [TestMethod]
    public async Task A_target_that_takes_no_more_ends_it()
    {
        _ticker.Start(tick => Task.FromResult(tick.Number < 2));
        _time.Advance(10 * Period);
        await _ticker.Completion;
        Assert.AreEqual(new LedgerReading(2, 1, 1, 0), _ticker.Ledger);
    }

    [TestMethod]
    public async Task A_handler_that_throws_faults_it_by_name_whatever_it_throws()
    {
        _ticker.Start(_ => throw new OperationCanceledException("silent elsewhere"));
        _time.Advance(10 * Period);
        FlowFaultException fault = await Assert.ThrowsExactlyAsync<FlowFaultException>(() => _ticker.Completion);
        Assert.AreEqual("ticker", fault.Block);
        Assert.AreEqual(new LedgerReading(1, 0, 0, 1), _ticker.Ledger);
        Assert.AreSame(fault, await _graph.FirstPermanentFault);
    }

    [TestMethod]
    public async Task It_feeds_a_block_of_bound_one_and_no_other()
    {
        ITargetBlock<Tick> wide = _graph.AddAction<Tick>("wide", Stage.ShardExecutors, [_ticker], _ticks.Add);
        ITargetBlock<Tick> undeclared = _graph.AddAction<Tick>("undeclared", Stage.ShardExecutors, Upstreams.None, _ticks.Add, new BlockOptions { Bound = 1 });
        ITargetBlock<Tick> slice = _graph.AddAction<Tick>("slice", Stage.ShardExecutors, [_ticker], _ticks.Add, new BlockOptions { Bound = 1 });
        Assert.ThrowsExactly<ArgumentException>(() => _ticker.Start(wide));
        Assert.ThrowsExactly<ArgumentException>(() => _ticker.Start(new ActionBlock<Tick>(_ => { })));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ticker.Start(undeclared));
        Assert.IsTrue(_ticker.Start(slice));
        _time.Advance(Period);
        await _ticker.Emission;
        StopReport report = await _graph.StopAsync();
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        CollectionAssert.AreEqual(new[] { new Tick(1, 0) }, _ticks);
    }

    [TestMethod]
    public void It_starts_once_and_its_period_is_positive()
    {
        Assert.IsTrue(_ticker.Start(Handle));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ticker.Start(Handle));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _graph.AddTicker("never", Stage.ShardIntake, TimeSpan.Zero));
    }

    private Task<bool> Handle(Tick tick)
    {
        _ticks.Add(tick);
        return Task.FromResult(true);
    }

    /// <summary>Its one timer falls due whenever somebody fires it, on several threads at a time, until it is disposed.</summary>
    private sealed class EagerTimeProvider : TimeProvider, ITimer
    {
        private TimerCallback? _callback;
        private object? _state;
        private volatile bool _isDisposed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_state, _callback) = (state, callback);
            return this;
        }

        public void FireUntilDisposed()
        {
            while (!_isDisposed)
                _callback!(_state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
