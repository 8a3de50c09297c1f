using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>The budget of waiting: an element handed from one client to another that waits for it allocates nothing. 10,000 hand-overs may leave 64 KiB, for the runtime's own needs.</summary>
[TestClass]
public sealed class BlockingAllocationTests
{
    private const int Rounds = 10_000;

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered, "BLPOP {0} 0", "RPUSH {0} a-value-of-some-bytes")]
    [DataRow(TransactionPolicy.Vll, "BLPOP {0} 0", "RPUSH {0} a-value-of-some-bytes")]
    [DataRow(TransactionPolicy.Ordered, "BLPOP other {0} {0} 0", "RPUSH {0} a-value-of-some-bytes")]
    [DataRow(TransactionPolicy.Ordered, "BLMPOP 0 1 {0} LEFT", "RPUSH {0} a-value-of-some-bytes")]
    [DataRow(TransactionPolicy.Ordered, "BZPOPMIN {0} 0", "ZADD {0} 1.5 member")]
    public void Ten_thousand_hand_overs_allocate_nothing(TransactionPolicy policy, string pop, string push)
    {
        Policies.Use(policy);
        using StoreEngine engine = new(new StoreEngineOptions { Config = Policies.Config() }, TimeProvider.System);
        // One waits all the time, so that the shard's observer stays.
        Client still = new(engine, "BLPOP nothing 0"), pusher = new(engine, push), popper = new(engine, pop);
        still.Begin(0);
        HandOver(pusher, popper, 2000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HandOver(pusher, popper, Rounds);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.AreEqual(1, engine.BlockedClients.Count);
        Assert.IsLessThan(64 * 1024, bytes, $"{Rounds} x {pop}");
    }

    private static void HandOver(Client pusher, Client popper, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            popper.Begin(i);
            Assert.IsFalse(popper.IsAnswered);
            pusher.Begin(i);
            Assert.IsTrue(popper.IsAnswered && pusher.IsAnswered);
        }
    }

    // A session whose connection goes on at once when it is resumed.
    private sealed class Client : ISessionOwner
    {
        private readonly InputBuffer _input = new();
        private readonly Session _session;
        private readonly byte[][] _requests;

        internal Client(StoreEngine engine, string command)
        {
            _session = engine.Open(this, new SessionPeer("test", "test"));
            _requests = [.. Enumerable.Range(0, 8).Select(i => Encoding.ASCII.GetBytes(string.Format(null, command, $"key-{i}") + "\r\n"))];
        }

        internal bool IsAnswered { get; private set; }

        public void Resume() => Go();

        public void Kill(string reason) => Assert.Fail(reason);

        internal void Begin(int round)
        {
            byte[] request = _requests[round % _requests.Length];
            request.CopyTo(_input.GetReceiveSpace().Span);
            _input.End += request.Length;
            IsAnswered = false;
            Go();
        }

        private void Go()
        {
            SessionProgress progress = _session.Advance(_input);
            if (progress == SessionProgress.Waiting)
                return;
            IsAnswered = !_session.Output.IsEmpty;
            _session.OutputSent();
            Assert.AreEqual(SessionProgress.NeedInput, progress);
        }
    }
}
