using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>A transaction that loses the race while it is scheduled: it is withdrawn everywhere, comes again behind the winner, and leaves nothing.</summary>
[TestClass]
public sealed class VllRetryTests
{
    [TestMethod]
    [DataRow("MSET {0} late {1} late")]
    [DataRow("RENAME {0} {1}")]
    public void Who_has_lost_on_one_shard_is_withdrawn_from_all_and_comes_again(string words)
    {
        Policies.Use(TransactionPolicy.Vll);
        Interrupted time = new();
        using InProcessClient late = new(shards: 3, time);
        using InProcessClient early = new(late.Engine);
        StoreEngine engine = late.Engine;
        string a = engine.KeyOn(0, "a"), b = engine.KeyOn(1, "b"), c = engine.KeyOn(2, "c");
        early.Execute("SET", a, "late");

        // Its id is taken, and it arrives on its first shard: there another one with a later id comes in between and is scheduled on the second, where it stays.
        engine.Shards[2].Keep();
        time.Interruption = () => Assert.IsNull(early.Begin("MSET", b, "early", c, "early"));
        Assert.IsNull(late.Begin(string.Format(null, words, a, b).Split(' ')));
        Assert.IsNull(time.Interruption);
        Assert.AreEqual(1, engine.Concurrency.Retries);
        engine.Shards[2].Free();

        Assert.AreEqual("+OK\r\n", early.Poll());
        Assert.IsNotNull(late.Poll());
        Assert.AreEqual("$4\r\nlate\r\n", early.Execute("GET", b), "it came behind the winner");
        Assert.AreEqual("$5\r\nearly\r\n", early.Execute("GET", c));
        foreach (ShardBlock shard in engine.Shards)
            Assert.IsNull(shard.Schedule);
    }

    // Does something when the clock is looked at next, which a shard does as it begins to run a message.
    private sealed class Interrupted : TimeProvider
    {
        internal Action? Interruption { get; set; }

        public override long GetTimestamp()
        {
            Action? interruption = Interruption;
            Interruption = null;
            interruption?.Invoke();
            return base.GetTimestamp();
        }
    }
}
