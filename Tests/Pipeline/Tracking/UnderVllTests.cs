using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Tracking;

/// <summary>The tests of tracking, under VLL.</summary>
[TestClass]
public sealed class TrackingUnderVllTests : TrackingTests
{
    public TrackingUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}

/// <summary>The scripts beside redis-server, under VLL.</summary>
[TestClass]
public sealed class TrackingBesideRedisUnderVllTests : TrackingBesideRedisTests
{
    public TrackingBesideRedisUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}
