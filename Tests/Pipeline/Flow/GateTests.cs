using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

[TestClass]
public sealed class GateTests
{
    private readonly FlowGraph _graph = new();

    [TestMethod]
    public async Task A_closed_gate_ends_when_the_last_has_left()
    {
        Gate gate = _graph.AddGate("gate", Stage.Sessions, Upstreams.None);
        Assert.IsTrue(gate.TryEnter());
        Assert.IsTrue(gate.TryEnter());
        Assert.AreEqual(2, gate.Inside);
        gate.Exit();
        gate.Complete();
        Assert.IsTrue(gate.IsClosed);
        Assert.IsFalse(gate.TryEnter());
        Assert.AreEqual(1, gate.Inside);
        Assert.IsFalse(gate.Completion.IsCompleted);
        gate.Exit();
        await gate.Completion;
        Assert.AreEqual(new LedgerReading(3, 2, 1, 0), gate.Ledger);
    }

    [TestMethod]
    public async Task Its_owner_is_told_once_that_it_closes_and_may_empty_it_at_once()
    {
        int told = 0;
        Gate gate = null!;
        gate = _graph.AddGate("gate", Stage.Sessions, Upstreams.None, closing: () =>
        {
            told++;
            Assert.IsFalse(gate.TryEnter());
            gate.Exit();
            Assert.IsFalse(gate.Completion.IsCompleted, "it ended before its owner was done");
        });
        Assert.IsTrue(gate.TryEnter());
        gate.Complete();
        gate.Complete();
        await gate.Completion;
        Assert.AreEqual(1, told);
    }

    [TestMethod]
    public async Task A_fault_closes_it_and_it_ends_with_the_cause_when_the_last_has_left()
    {
        Gate gate = _graph.AddGate("gate", Stage.Sessions, Upstreams.None);
        Assert.IsTrue(gate.TryEnter());
        gate.Fault(new InvalidOperationException("cause"));
        Assert.IsFalse(gate.TryEnter());
        Assert.IsFalse(gate.Completion.IsCompleted);
        gate.Exit();
        Assert.AreEqual("cause", (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => gate.Completion)).Message);
    }

    [TestMethod]
    public async Task Who_leaves_without_having_come_in_is_told_so_and_the_gate_keeps_its_count()
    {
        Gate gate = _graph.AddGate("gate", Stage.Sessions, Upstreams.None);
        Assert.ThrowsExactly<InvalidOperationException>(gate.Exit);
        Assert.AreEqual(0, gate.Inside);
        gate.Complete();
        await gate.Completion;
        Assert.ThrowsExactly<InvalidOperationException>(gate.Exit);
        Assert.AreEqual(0, gate.Inside);
        Assert.AreEqual(default, gate.Ledger);
    }

    [TestMethod]
    public async Task Many_who_come_and_go_are_all_out_when_it_ends()
    {
        for (int round = 0; round < 200; round++)
        {
            Gate gate = new FlowGraph().AddGate("gate", Stage.Sessions, Upstreams.None);
            long inside = 0;
            Task[] visitors = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (gate.TryEnter())
                {
                    Interlocked.Increment(ref inside);
                    Interlocked.Decrement(ref inside);
                    gate.Exit();
                }
            }))];
            gate.Complete();
            await gate.Completion;
            Assert.AreEqual(0, Interlocked.Read(ref inside), $"round {round}");
            await Task.WhenAll(visitors);
            gate.Ledger.AssertSettled("gate");
        }
    }
}
