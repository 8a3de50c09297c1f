namespace DragonflyFlow.Tests.Support;

[TestClass]
public sealed class ManualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestMethod]
    public void Timers_fire_in_order_of_their_due_times_at_those_times()
    {
        var time = new ManualTimeProvider();
        DateTimeOffset start = time.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        using ITimer late = time.CreateTimer(_ => fired.Add(("late", time.GetUtcNow() - start)), null, 3 * Second, Timeout.InfiniteTimeSpan);
        using ITimer early = time.CreateTimer(_ => fired.Add(("early", time.GetUtcNow() - start)), null, Second, Timeout.InfiniteTimeSpan);
        using ITimer often = time.CreateTimer(_ => fired.Add(("often", time.GetUtcNow() - start)), null, 2 * Second, 2 * Second);

        time.Advance(4 * Second);

        CollectionAssert.AreEqual(
            new[] { ("early", Second), ("often", 2 * Second), ("late", 3 * Second), ("often", 4 * Second) }, fired);
        Assert.AreEqual(start + (4 * Second), time.GetUtcNow());
        Assert.AreEqual(1, time.ArmedTimers);
    }

    [TestMethod]
    public void A_disposed_or_unarmed_timer_never_fires()
    {
        var time = new ManualTimeProvider();
        int fired = 0;
        ITimer disposed = time.CreateTimer(_ => fired++, null, Second, Second);
        disposed.Dispose();
        using ITimer unarmed = time.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        time.Advance(10 * Second);
        Assert.AreEqual(0, fired);
        Assert.IsFalse(disposed.Change(Second, Second));

        unarmed.Change(Second, Timeout.InfiniteTimeSpan);
        Assert.IsTrue(time.AdvanceToNextTimer());
        Assert.AreEqual(1, fired);
        Assert.IsFalse(time.AdvanceToNextTimer());
    }

    [TestMethod]
    public async Task Delays_and_cancellations_follow_the_clock()
    {
        var time = new ManualTimeProvider();
        Task delay = Task.Delay(Second, time);
        using var cancellation = new CancellationTokenSource(2 * Second, time);

        Assert.IsFalse(delay.IsCompleted);
        time.Advance(Second);
        await delay;
        Assert.IsFalse(cancellation.IsCancellationRequested);
        time.Advance(Second);
        Assert.IsTrue(cancellation.IsCancellationRequested);
    }

    [TestMethod]
    public async Task A_test_can_wait_until_somebody_waits_for_the_clock()
    {
        var time = new ManualTimeProvider();
        Task armed = time.WhenArmedAsync(2);
        Task first = Task.Delay(Second, time);
        Assert.IsFalse(armed.IsCompleted);
        Task second = Task.Delay(Second, time);
        await armed;
        time.Advance(Second);
        await Task.WhenAll(first, second);
    }
}
