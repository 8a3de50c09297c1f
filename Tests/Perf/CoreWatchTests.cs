using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class CoreWatchTests
{
    private static readonly long Ms = TimeProvider.System.TimestampFrequency / 1000;

    [TestMethod]
    [DataRow(0, 10, 0.0)]
    [DataRow(0, 25, 5.0)]
    [DataRow(22, 24, 2.0)]
    [DataRow(0, 100, 45.0)]
    [DataRow(55, 100, 15.0)]
    public void Stops_that_overlap_count_once_and_only_within_the_time_asked_for(int from, int to, double expected)
    {
        CoreWatch watch = new(TimeProvider.System);
        watch.Add(0, 20 * Ms, 30 * Ms);
        watch.Add(0, 50 * Ms, 70 * Ms);
        watch.Add(watch.Cores - 1, 25 * Ms, 45 * Ms);

        Assert.AreEqual(expected, watch.StoppedMsWithin(from * Ms, to * Ms), 1e-6);
        Assert.AreEqual(20, watch.LongestMs, 1e-6);
    }

    [TestMethod]
    public async Task A_watch_ends_when_it_is_told_to()
    {
        CoreWatch watch = new(TimeProvider.System);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(20));
        await watch.RunAsync(stop.Token);
        Assert.IsGreaterThanOrEqualTo(0, watch.LongestMs);
    }
}
