using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>
/// Recorded histories of concurrent clients have an order that explains them and keeps real time, under both transaction policies; and with the locks off the same
/// workloads are caught.
/// </summary>
[TestClass]
public sealed class StrictSerializabilityTests
{
    private const int Histories = 12;
    private const int BrokenMax = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(Control.Ordered, 3)]
    [DataRow(Control.Ordered, 8)]
    [DataRow(Control.Vll, 2)]
    [DataRow(Control.Vll, 3)]
    [DataRow(Control.Vll, 8)]
    public async Task Registers_are_linearizable(Control control, int shards)
    {
        int operations = 0;
        foreach (int seed in HistoryRun.Seeds(Histories))
        {
            using HistoryRun run = new(control, shards, seed, nameof(Registers_are_linearizable));
            (Verdict verdict, string fault, int count) = await CheckRegistersAsync(run);
            Assert.AreEqual(Verdict.Right, verdict, $"{run.Replay}\n{fault}");
            operations += count;
        }

        TestContext.WriteLine($"{control}, {shards} shards: {Histories} histories, {operations} operations, all linearizable");
    }

    [TestMethod]
    [DataRow(Control.Ordered, 3)]
    [DataRow(Control.Ordered, 8)]
    [DataRow(Control.Vll, 2)]
    [DataRow(Control.Vll, 3)]
    [DataRow(Control.Vll, 8)]
    public async Task Transactions_over_lists_are_strictly_serializable(Control control, int shards)
    {
        int transactions = 0;
        long retries = 0, outOfOrder = 0, parked = 0;
        foreach (int seed in HistoryRun.Seeds(Histories))
        {
            using HistoryRun run = new(control, shards, seed, nameof(Transactions_over_lists_are_strictly_serializable));
            List<ListTransaction> history = await RecordListsAsync(run);
            Assert.IsNull(ListAppendChecker.FindFault(history), run.Replay);
            transactions += history.Count;
            retries += run.Engine.Concurrency.Retries;
            outOfOrder += run.Engine.Shards.Sum(shard => shard.Transactions.OutOfOrder);
            parked += run.Engine.Shards.Sum(shard => shard.Transactions.ParkedLanes);
        }

        TestContext.WriteLine($"{control}, {shards} shards: {Histories} histories, {transactions} transactions, no circle; {retries} retries, {outOfOrder} runs out of order, {parked} parked lanes");
    }

    [TestMethod]
    [DataRow(Control.Ordered, 3)]
    [DataRow(Control.Vll, 3)]
    [DataRow(Control.Vll, 8)]
    public async Task Transfers_by_multi_and_by_scripts_keep_the_sum(Control control, int shards)
    {
        int reads = 0;
        foreach (int seed in HistoryRun.Seeds(Histories))
        {
            using HistoryRun run = new(control, shards, seed, nameof(Transfers_by_multi_and_by_scripts_keep_the_sum));
            List<long> sums = await RecordSumsAsync(run);
            Assert.IsTrue(sums.TrueForAll(sum => sum == BankWorkload.Accounts * BankWorkload.Balance), run.Replay);
            reads += sums.Count;
        }

        TestContext.WriteLine($"{control}, {shards} shards: {Histories} histories, {reads} reads of all accounts, one sum");
        Assert.IsGreaterThan(0, reads);
    }

    [TestMethod]
    public async Task With_the_locks_off_registers_are_caught()
    {
        for (int seed = 1; seed <= BrokenMax; seed++)
        {
            using HistoryRun run = new(Control.LocksOff, 3, seed, nameof(With_the_locks_off_registers_are_caught));
            (Verdict verdict, string fault, _) = await CheckRegistersAsync(run);
            if (verdict != Verdict.Wrong)
                continue;
            Assert.Contains("pair", fault, "single keys need no locks: a shard is one at a time");
            TestContext.WriteLine($"caught in history {seed}: {fault}");
            return;
        }

        Assert.Fail($"{BrokenMax} histories without locks have passed");
    }

    [TestMethod]
    public async Task With_the_locks_off_transactions_over_lists_are_caught()
    {
        for (int seed = 1; seed <= BrokenMax; seed++)
        {
            using HistoryRun run = new(Control.LocksOff, 3, seed, nameof(With_the_locks_off_transactions_over_lists_are_caught));
            if (ListAppendChecker.FindFault(await RecordListsAsync(run)) is not { } fault)
                continue;
            TestContext.WriteLine($"caught in history {seed}: {fault}");
            return;
        }

        Assert.Fail($"{BrokenMax} histories without locks have passed");
    }

    [TestMethod]
    public async Task With_the_locks_off_a_sum_is_caught()
    {
        for (int seed = 1; seed <= BrokenMax; seed++)
        {
            using HistoryRun run = new(Control.LocksOff, 3, seed, nameof(With_the_locks_off_a_sum_is_caught));
            List<long> sums = await RecordSumsAsync(run);
            int wrong = sums.Count(sum => sum != BankWorkload.Accounts * BankWorkload.Balance);
            if (wrong == 0)
                continue;
            TestContext.WriteLine($"caught in history {seed}: {wrong} of {sums.Count} sums are wrong");
            return;
        }

        Assert.Fail($"{BrokenMax} histories without locks have passed");
    }

    private static async Task<(Verdict Verdict, string Fault, int Operations)> CheckRegistersAsync(HistoryRun run)
    {
        List<RegisterOperation> history = await run.RunAsync(250, new RegisterWorkload(run.Engine).Operate);
        LinearizabilityChecker checker = new(TimeProvider.System, Limit);
        Verdict verdict = checker.Check(history);
        return (verdict, string.Join(", ", checker.NotRight.Select(register => $"{register.Key}: {register.Value}")), history.Count);
    }

    private static async Task<List<ListTransaction>> RecordListsAsync(HistoryRun run)
    {
        List<ListTransaction> history = await run.RunAsync(200, ListWorkload.Operate);
        using InProcessClient last = new(run.Engine);
        history.Add(ListWorkload.ReadAll(new HistoryClient(last, run.Clock, 99, new Random(1))));
        return history;
    }

    private static async Task<List<long>> RecordSumsAsync(HistoryRun run)
    {
        using InProcessClient first = new(run.Engine);
        BankWorkload.Open(new HistoryClient(first, run.Clock, 99, new Random(1)));
        return await run.RunAsync(250, BankWorkload.Operate);
    }
}
