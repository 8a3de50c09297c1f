using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>A client that waits again and again uses the same objects (decision 56): nothing of one waiting is seen in the next.</summary>
[TestClass]
public class WaitingAgainTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Waitings_of_all_kinds_one_after_the_other_are_answered_each_by_itself(int shards)
    {
        string longKey = new('k', 3000), longValue = new('v', 5000);
        using InProcessClient pusher = new(shards);
        using InProcessClient client = new(pusher.Engine);
        for (int round = 0; round < 3; round++)
        {
            AssertServed(["BLPOP", "k", "0"], ["RPUSH", "k", "a"], "*2\r\n$1\r\nk\r\n$1\r\na\r\n");
            AssertServed(["BLPOP", "a", "b", "c", "d", "e", "k", "k", "0"], ["RPUSH", "k", longValue], $"*2\r\n$1\r\nk\r\n$5000\r\n{longValue}\r\n");
            AssertServed(["BZPOPMIN", "z", "0"], ["ZADD", "z", "1", "m"], "*3\r\n$1\r\nz\r\n$1\r\nm\r\n$1\r\n1\r\n");
            AssertServed(["BLPOP", longKey, "0"], ["RPUSH", longKey, "a"], $"*2\r\n$3000\r\n{longKey}\r\n$1\r\na\r\n");
            AssertServed(["BLMOVE", "k", "k", "LEFT", "RIGHT", "0"], ["RPUSH", "k", "a"], "$1\r\na\r\n");
            Assert.AreEqual("$1\r\na\r\n", pusher.Execute("LPOP", "k"));
            AssertServed(["BLMPOP", "0", "2", "j", "k", "LEFT", "COUNT", "2"], ["RPUSH", "k", "a", "b", "c"], "*2\r\n$1\r\nk\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n");
            Assert.AreEqual("$1\r\nc\r\n", pusher.Execute("LPOP", "k"));
        }

        BlockingTests.AssertNobodyWaits(pusher.Engine);

        void AssertServed(string[] waiting, string[] push, string reply)
        {
            Assert.IsNull(client.Begin(waiting));
            pusher.Execute(push);
            Assert.AreEqual(reply, client.Poll(), string.Join(' ', waiting));
        }
    }

    [TestMethod]
    public void The_protocol_and_the_database_are_those_of_each_waiting()
    {
        using InProcessClient pusher = new();
        using InProcessClient client = new(pusher.Engine);
        Assert.IsNull(client.Begin("BZPOPMIN", "z", "0"));
        pusher.Execute("ZADD", "z", "1.5", "m");
        Assert.AreEqual("*3\r\n$1\r\nz\r\n$1\r\nm\r\n$3\r\n1.5\r\n", client.Poll());
        client.Pipeline(["HELLO", "3"], ["SELECT", "1"]);
        Assert.IsNull(client.Begin("BZPOPMIN", "z", "0"));
        pusher.Execute("ZADD", "z", "1.5", "m");
        Assert.IsNull(client.Poll());
        pusher.Pipeline(["SELECT", "1"], ["ZADD", "z", "2.5", "n"]);
        Assert.AreEqual("*3\r\n$1\r\nz\r\n$1\r\nn\r\n,2.5\r\n", client.Poll());
        BlockingTests.AssertNobodyWaits(pusher.Engine);
    }

    [TestMethod]
    [DataRow("TIMEOUT", "*-1\r\n")]
    [DataRow("ERROR", "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n")]
    public void Who_was_unblocked_waits_again_at_the_end_of_the_queue(string how, string reply)
    {
        using InProcessClient pusher = new(shards: 3);
        using InProcessClient first = new(pusher.Engine);
        using InProcessClient second = new(pusher.Engine);
        Assert.IsNull(first.Begin("BLPOP", "k", "0"));
        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", first.Poll());
        Assert.IsNull(first.Begin("BLPOP", "k", "0"));
        Assert.IsNull(second.Begin("BLPOP", "k", "0"));
        Assert.AreEqual(":1\r\n", pusher.Execute("CLIENT", "UNBLOCK", $"{first.Session.Client.Id}", how));
        Assert.AreEqual(reply, first.Poll());
        Assert.IsNull(first.Begin("BLPOP", "k", "0"));
        pusher.Execute("RPUSH", "k", "b");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\nb\r\n", second.Poll());
        pusher.Execute("RPUSH", "k", "c");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\nc\r\n", first.Poll());
        BlockingTests.AssertNobodyWaits(pusher.Engine);
    }

    [TestMethod]
    public void A_timer_that_fires_late_ends_no_other_waiting()
    {
        LateTimers time = new();
        using InProcessClient pusher = new(time: time);
        using InProcessClient client = new(pusher.Engine);
        Assert.IsNull(client.Begin("BLPOP", "k", "1"));
        Action late = time.Last!;
        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", client.Poll());
        Assert.IsNull(client.Begin("BLPOP", "k", "2"));
        late();
        Assert.IsNull(client.Poll(), "the first waiting's time is over, not this one's");
        time.Last!();
        Assert.AreEqual("*-1\r\n", client.Poll());
        late();
        BlockingTests.AssertNobodyWaits(pusher.Engine);
    }

    // Timers that fire when the test says so, also behind their end: a callback may be on its way already when its timer is disposed.
    private sealed class LateTimers : TimeProvider
    {
        internal Action? Last { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Last = () => callback(state);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
