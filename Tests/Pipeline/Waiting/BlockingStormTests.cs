using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>
/// Seeded storms over clients that wait, under both transaction policies, with one and three shards. DFLOW_STORMS sets how many rounds each has (1,000 take a minute or two);
/// DFLOW_SEED runs one.
/// </summary>
[TestClass]
public sealed class BlockingStormTests
{
    private const int Usual = 60;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered, 1)]
    [DataRow(TransactionPolicy.Ordered, 3)]
    [DataRow(TransactionPolicy.Vll, 1)]
    [DataRow(TransactionPolicy.Vll, 3)]
    public void Nothing_is_lost_nobody_is_forgotten_and_all_are_served_in_order(TransactionPolicy policy, int shards)
    {
        Policies.Use(policy);
        int? only = Setting("DFLOW_SEED");
        int rounds = only is null ? Setting("DFLOW_STORMS") ?? Usual : 1, served = 0, followed = 0;
        for (int seed = only ?? 1; seed < (only ?? 1) + rounds; seed++)
        {
            using StormRound round = new(seed, shards);
            try
            {
                round.Run();
            }
            catch (Exception wrong) when (wrong is AssertFailedException or KeyNotFoundException)
            {
                Assert.Fail($"replay ({policy}, {shards} shards): DFLOW_SEED={seed} dotnet test Tests --filter FullyQualifiedName~BlockingStormTests\n{wrong.Message}\n{round.Log}");
            }

            served += round.Served;
            followed += round.Followed;
        }

        TestContext.WriteLine($"{policy}, {shards} shards: {rounds} rounds, {served} waiting clients served, {followed} keys followed");
        Assert.IsGreaterThan(rounds, served);
        Assert.IsGreaterThan(rounds, followed);
    }

    [TestMethod]
    [DataRow("LPOP l1", "lost or doubled")]
    [DataRow("RPUSH l1 doubled", "lost or doubled")]
    [DataRow("LMOVE l0 l0 LEFT RIGHT", "of l0")]
    public void What_goes_wrong_is_seen(string command, string seen)
    {
        List<string> complaints = [];
        for (int seed = 1; seed <= 20; seed++)
        {
            StormRound round = new(seed, shards: 1) { Sabotage = other => other.Line(command) };
            try
            {
                round.Run();
            }
            catch (AssertFailedException wrong)
            {
                complaints.Add(wrong.Message);
            }
        }

        Assert.IsTrue(complaints.Exists(complaint => complaint.Contains(seen, StringComparison.Ordinal)), string.Join('\n', complaints));
    }

    private static int? Setting(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
