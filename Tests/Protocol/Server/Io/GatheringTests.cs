using DragonflyFlow.Protocol.Server.Io.Uring;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>For how many requests a loop waits, on a clock that the test moves.</summary>
[TestClass]
public sealed class GatheringTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMicroseconds(60);

    private readonly ManualTimeProvider _time = new();

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 1)]
    [DataRow(8, 2)]
    [DataRow(50, 12)]
    [DataRow(64, 16)]
    [DataRow(1000, Gathering.WantedMax)]
    public void It_waits_for_a_fourth_of_the_busy_connections_up_to_a_bound(int connections, int wanted)
    {
        Gathering gathering = new(Longest, _time);
        Receive(gathering, new uint[connections], requests: 2000, TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(wanted, gathering.Wanted());
    }

    [TestMethod]
    [DataRow(34, 1)]
    [DataRow(66, 1)]
    [DataRow(68, 12)]
    public void It_waits_for_nobody_where_fewer_than_two_requests_come_within_its_time(int requests, int wanted)
    {
        Gathering gathering = new(Longest, _time);
        Receive(gathering, new uint[50], requests, TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(wanted, gathering.Wanted());
    }

    [TestMethod]
    public void It_goes_by_what_was_active_just_now_and_not_before()
    {
        Gathering gathering = new(Longest, _time);
        uint[] connections = new uint[64];
        Receive(gathering, connections, requests: 500, TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(16, gathering.Wanted());
        Receive(gathering, connections.AsSpan(0, 4), requests: 500, TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(16, gathering.Wanted(), "a period lasts for two milliseconds");
        Receive(gathering, connections.AsSpan(0, 4), requests: 500, TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(1, gathering.Wanted());
        Receive(gathering, connections, requests: 500, TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(16, gathering.Wanted());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(1, gathering.Wanted(), "nobody is active");
    }

    [TestMethod]
    public void Without_time_it_waits_for_nobody()
    {
        Gathering gathering = new(TimeSpan.Zero, _time);
        Receive(gathering, new uint[50], requests: 2000, TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(1, gathering.Wanted());
    }

    private void Receive(Gathering gathering, Span<uint> lastPeriods, int requests, TimeSpan within)
    {
        for (int i = 0; i < requests; i++)
            gathering.Count(ref lastPeriods[i % lastPeriods.Length]);
        _time.Advance(within);
    }
}
