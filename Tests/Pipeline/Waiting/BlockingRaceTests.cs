// Threads: each client is its own thread's; what they share is the store, and what is added up at the end.

using System.Collections.Concurrent;
using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>
/// Clients that wait, push, unblock each other and go, all at the same time: every element ends with one client or in its list, no waiting is ended by what was meant
/// for another, and nobody is left.
/// </summary>
[TestClass]
public sealed class BlockingRaceTests
{
    private const int Keys = 3;
    private const int Poppers = 4;
    private const int Elements = 6000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered, 1)]
    [DataRow(TransactionPolicy.Ordered, 3)]
    [DataRow(TransactionPolicy.Vll, 1)]
    [DataRow(TransactionPolicy.Vll, 3)]
    public async Task Each_element_is_given_once_and_nobody_is_left(TransactionPolicy policy, int shards)
    {
        Policies.Use(policy);
        using InProcessClient other = new(shards);
        Race race = new(other);
        Task[] poppers = [.. Enumerable.Range(0, Poppers).Select(i => Start(() => race.Pop(i))), Start(race.PopAndGo)];
        Task unblocker = Start(race.Unblock);
        await Start(race.Push);
        race.IsPushed = true;
        await Task.WhenAll(poppers);
        race.IsOver = true;
        await unblocker;

        string[] left = [.. Enumerable.Range(0, Keys).SelectMany(i => other.Ask("LRANGE", $"k{i}", "0", "-1").Items.Select(item => item.Text))];
        string[] all = [.. race.Given.Concat(left)];
        TestContext.WriteLine($"{policy}, {shards} shards: {race.Given.Count} given, {left.Length} left, {race.Unblocked} unblocked, {race.TimedOut} timed out, {race.Gone} went");
        Assert.HasCount(Elements, all);
        Assert.HasCount(Elements, all.Distinct().ToArray());
        Assert.IsGreaterThan(Elements / 4, race.Given.Count);
        BlockingTests.AssertNobodyWaits(other.Engine);
    }

    private static Task Start(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Race(InProcessClient other)
    {
        private readonly ConcurrentDictionary<long, bool> _waiting = [];
        private volatile bool _isPushed;
        private volatile bool _isOver;
        private int _unblocked;
        private int _timedOut;
        private int _gone;

        internal ConcurrentBag<string> Given { get; } = [];

        internal bool IsPushed { set => _isPushed = value; }

        internal bool IsOver { set => _isOver = value; }

        internal int Unblocked => _unblocked;

        internal int TimedOut => _timedOut;

        internal int Gone => _gone;

        // Mostly when somebody waits, so that elements are handed over.
        internal void Push()
        {
            Random random = new(1);
            for (int i = 0; i < Elements; i++)
            {
                SpinWait.SpinUntil(() => other.Engine.BlockedClients.Count > 0, 1);
                other.Execute("RPUSH", $"k{random.Next(Keys)}", i.ToString(CultureInfo.InvariantCulture));
            }
        }

        internal void Pop(int number)
        {
            Random random = new(number);
            using InProcessClient client = new(other.Engine);
            _waiting[client.Session.Client.Id] = true;
            while (!_isPushed)
            {
                string[] keys = [.. Enumerable.Range(0, Keys).Select(i => $"k{i}").OrderBy(_ => random.Next()).Take(random.Next(1, Keys))];
                bool isLimited = random.Next(2) == 0;
                Count(client.Execute(["BLPOP", .. keys, isLimited ? "0.002" : "0"]), isLimited);
            }

            _waiting.TryRemove(client.Session.Client.Id, out _);
        }

        // A reply that was on its way when the client went is read all the same: so nothing is lost but what is lost with a reply.
        internal void PopAndGo()
        {
            Random random = new(100);
            while (!_isPushed)
            {
                InProcessClient client = new(other.Engine);
                string? reply = client.Begin("BLPOP", $"k{random.Next(Keys)}", "0");
                if (reply is null)
                {
                    Thread.SpinWait(random.Next(2000));
                    client.Session.Closed();
                    SpinWait.SpinUntil(() => (reply = client.Poll()) is not null);
                    _gone++;
                }

                // Not served: it went while it waited, or while its command was on its way to the shard.
                if (reply!.Length > 0 && reply != "-ERR Server is shutting down\r\n")
                    Count(reply, isLimited: false);
            }
        }

        internal void Unblock()
        {
            using InProcessClient client = new(other.Engine);
            while (!_isOver)
            {
                foreach (long id in _waiting.Keys)
                    client.Execute("CLIENT", "UNBLOCK", id.ToString(CultureInfo.InvariantCulture), "ERROR");
                Thread.Yield();
            }
        }

        private void Count(string reply, bool isLimited)
        {
            if (reply.StartsWith("-UNBLOCKED", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _unblocked);
            }
            else if (reply == "*-1\r\n")
            {
                Assert.IsTrue(isLimited, "a waiting without an end had its time over");
                Interlocked.Increment(ref _timedOut);
            }
            else
            {
                string[] parts = reply.Split("\r\n");
                Assert.AreEqual("*2", parts[0], reply);
                Given.Add(parts[4]);
            }
        }
    }
}
