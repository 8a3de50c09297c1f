using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Tests.Pipeline.PubSub;
using DragonflyFlow.Tests.Pipeline.Scripting;
using DragonflyFlow.Tests.Pipeline.Shards;
using DragonflyFlow.Tests.Pipeline.Waiting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>The tests of MULTI, under VLL.</summary>
[TestClass]
public sealed class MultiUnderVllTests : MultiTests
{
    public MultiUnderVllTests() => Policies.Use(TransactionPolicy.Vll);

    [TestMethod]
    public void These_tests_run_under_vll()
    {
        using InProcessClient client = new(shards: 3);
        Assert.IsInstanceOfType<Vll>(client.Engine.Concurrency);
        StringAssert.Contains(client.Execute("INFO", "transaction"), "tx_policy:vll", StringComparison.Ordinal);
    }
}

/// <summary>The tests of atomicity, under VLL.</summary>
[TestClass]
public sealed class MultiShardAtomicityUnderVllTests : MultiShardAtomicityTests
{
    public MultiShardAtomicityUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>The tests of commands that wait, under VLL.</summary>
[TestClass]
public sealed class BlockingUnderVllTests : BlockingTests
{
    public BlockingUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>The rounds of commands that wait, under VLL.</summary>
[TestClass]
public sealed class BlockingRoundsUnderVllTests : BlockingRoundsTests
{
    public BlockingRoundsUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>The tests of scripts, under VLL.</summary>
[TestClass]
public sealed class ScriptUnderVllTests : ScriptTests
{
    public ScriptUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>The random stops, under VLL.</summary>
[TestClass]
public sealed class StopConservationUnderVllTests : StopConservationTests
{
    public StopConservationUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>Keyspace notifications beside redis-server, under VLL.</summary>
[TestClass]
public sealed class KeyspaceNotificationUnderVllTests : KeyspaceNotificationTests
{
    public KeyspaceNotificationUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}
