using System.Globalization;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>
/// Several migrations between real processes at once, through proxies that reset links, under clients that write: along a ring of five nodes, to and fro between two, and to another node than just
/// begun. DFLOW_MIGRATION_CHAINS says how many seeds, DFLOW_MIGRATION_SEED the first; a failing one prints what replays it.
/// </summary>
[TestClass]
public sealed class ChainProcessesTests
{
    private const int Clients = 2;
    private const int Steps = 4;
    private static readonly string[] Options = ["--slot_migration_retry_ms", "20", "--slot_migration_write_timeout_ms", "1000", "--migration_finalization_timeout_ms", "1000"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public Task Five_nodes_pass_random_ranges_along_all_at_once() => RunAsync(nodes: 5, async (chain, random) =>
    {
        for (int step = 0; step < Steps; step++)
            await chain.MoveAsync([.. Enumerable.Range(0, 5).Select(i => (i, (i + 1) % 5, chain.SomeOf(i)))], resets: random.Next(4));
    });

    [TestMethod]
    public Task Two_nodes_exchange_ranges_and_what_was_begun_goes_to_a_third() => RunAsync(nodes: 3, async (chain, random) =>
    {
        for (int step = 0; step < Steps; step++)
        {
            await chain.MoveAsync([(0, 1, chain.SomeOf(0)), (1, 0, chain.SomeOf(1))], resets: random.Next(3));
            await chain.MoveElsewhereAsync(0, 1, 2, chain.SomeOf(0));
            await chain.MoveAsync([(2, 0, chain.SomeOf(2))], resets: 0);
        }
    });

    private async Task RunAsync(int nodes, Func<ProcessChain, Random, Task> moves)
    {
        int seeds = NumberOf("DFLOW_MIGRATION_CHAINS", 1), first = NumberOf("DFLOW_MIGRATION_SEED", 1);
        for (int seed = first; seed < first + seeds; seed++)
        {
            Random random = new(seed);
            await using ProcessCluster cluster = await ProcessCluster.StartAsync(nodes, random, Options);
            await using ProcessChain chain = new(cluster, random, Clients, seed);
            try
            {
                await chain.BeginAsync();
                await moves(chain, random);
                await chain.JudgeAsync();
            }
            catch (Exception failed)
            {
                throw new AssertFailedException($"replay: DFLOW_MIGRATION_SEED={seed} dotnet test Tests --filter FullyQualifiedName~ChainProcessesTests\n{failed}", failed);
            }

            TestContext.WriteLine($"seed {seed}, {nodes} nodes: {chain.Finished} migrations, {chain.Redirected} of them to another node than begun; {chain.Acknowledged} writes acknowledged, {chain.Redirections} redirections; 0 lost, 0 twice");
        }
    }

    private static int NumberOf(string variable, int unlessSet) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : unlessSet;
}
