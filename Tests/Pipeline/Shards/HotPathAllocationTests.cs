using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>The budget of DESIGN section 5: commands on existing keys allocate nothing. A million operations may leave 64 KiB, for the runtime's own needs.</summary>
[TestClass]
public sealed class HotPathAllocationTests : ISessionOwner
{
    private const int Depth = 20;
    private const int Rounds = 50_000;

    public void Resume() => Assert.Fail("An idle shard runs its batch on the poster's thread.");

    public void Kill(string reason) => Assert.Fail(reason);

    [TestMethod]
    [DataRow("GET k{0}")]
    [DataRow("SET k{0} a-value-of-some-bytes")]
    [DataRow("SET k{0} 12345")]
    [DataRow("INCR n{0}")]
    [DataRow("HSET h{0} field a-value-of-some-bytes")]
    [DataRow("HSET big field{0} a-value-of-some-bytes")]
    [DataRow("ZADD z{0} 1.5 member")]
    [DataRow("ZADD bigz {0} member{0}")]
    [DataRow("SETEX k{0} 100 a-value-of-some-bytes")]
    [DataRow("GETSET k{0} another-value")]
    [DataRow("APPEND a{0} x")]
    [DataRow("MGET k{0} k1 k2 nothing")]
    [DataRow("MSET k{0} value k1 12345")]
    [DataRow("EXPIRE k{0} 100")]
    [DataRow("TTL k{0}")]
    public void A_million_commands_on_existing_keys_allocate_nothing(string command)
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        Session session = engine.Open(this, new SessionPeer("test", "test"));
        Grow(session);
        byte[] request = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Depth).Select(i => string.Format(null, command, i) + "\r\n")));
        InputBuffer input = new();
        Run(session, input, request, 3000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(session, input, request, Rounds);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThan(64 * 1024, bytes, $"{Depth * Rounds} x {command}");
    }

    // A hash and a sorted set beyond their packed forms.
    private static void Grow(Session session)
    {
        InputBuffer input = new();
        for (int i = 0; i < 1000; i++)
            Run(session, input, Encoding.ASCII.GetBytes($"HSET big field{i} v\r\nZADD bigz {i} member{i}\r\n"), 1);
    }

    private static void Run(Session session, InputBuffer input, byte[] request, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            request.CopyTo(input.GetReceiveSpace().Span);
            input.End += request.Length;
            while (session.Advance(input) == SessionProgress.Again)
                session.OutputSent();
            session.OutputSent();
        }
    }
}
