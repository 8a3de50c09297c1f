using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

[TestClass]
public sealed class LedgerTests
{
    [TestMethod]
    public void Accepted_is_done_and_refused_and_failed_and_inside()
    {
        var ledger = new Ledger();
        for (int i = 0; i < 10; i++)
            ledger.Accept();
        ledger.Done();
        ledger.Done();
        ledger.Refuse();
        ledger.Fail();
        ledger.RefuseAtDoor();
        LedgerReading reading = ledger.Read();
        Assert.AreEqual(new LedgerReading(11, 2, 2, 1), reading);
        Assert.AreEqual(6, reading.Inside);
        Assert.IsFalse(reading.IsSettled);
        InvalidOperationException broken = Assert.ThrowsExactly<InvalidOperationException>(() => reading.AssertSettled("router"));
        StringAssert.Contains(broken.Message, "'router'");
        StringAssert.Contains(broken.Message, "accepted 11 = done 2 + refused 2 + failed 1 + inside 6");
        new LedgerReading(3, 1, 1, 1).AssertSettled("router");
        Assert.ThrowsExactly<InvalidOperationException>(() => new LedgerReading(1, 2, 0, 0).AssertSettled("more done than accepted"));
    }

    [TestMethod]
    public async Task An_offer_counts_as_inside_while_its_outcome_is_open_and_a_reading_at_the_end_waits_for_it()
    {
        var ledger = new Ledger();
        ledger.BeginAccept();
        Assert.AreEqual(1, ledger.Read().Inside);
        Task<LedgerReading> atEnd = Task.Run(ledger.ReadAtEnd);
        ledger.BeginTake();
        ledger.EndAccept(accepted: true);
        ledger.EndTake(1);
        Assert.AreEqual(new LedgerReading(1, 1, 0, 0), await atEnd);
    }

    /// <summary>Offers that a block declines after its end come and go in the ledger; a reading at the end never shows one as inside.</summary>
    [TestMethod]
    public async Task A_reading_at_the_end_is_settled_while_others_knock()
    {
        var ledger = new Ledger();
        long offers = 0;
        using var stop = new CancellationTokenSource();
        Task knocking = Task.Factory.StartNew(
            () =>
            {
                for (; !stop.IsCancellationRequested; Interlocked.Increment(ref offers))
                {
                    ledger.BeginAccept();
                    ledger.EndAccept(accepted: false);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        SpinWait.SpinUntil(() => Interlocked.Read(ref offers) > 0);
        for (int i = 0; i < 300_000; i++)
            ledger.ReadAtEnd().AssertSettled($"reading {i}, offer {Interlocked.Read(ref offers)}");
        await stop.CancelAsync();
        await knocking;
    }
}
