using System.Globalization;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>
/// Migrations between real processes, through a proxy that breaks, under clients that write: 6 rounds here, as many as DFLOW_MIGRATION_INTERRUPTIONS says otherwise, from the seed
/// DFLOW_MIGRATION_SEED on. A failing round prints what replays it.
/// </summary>
[TestClass]
public sealed class InterruptedProcessesTests
{
    private const string RoundsVariable = "DFLOW_MIGRATION_INTERRUPTIONS";
    private const string SeedVariable = "DFLOW_MIGRATION_SEED";
    private const int RoundsByDefault = 6;
    private const int RoundsPerCluster = 3;

    private static readonly Interruption[] Kinds = Enum.GetValues<Interruption>();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Whatever_comes_between_no_key_is_lost_or_doubled_and_each_slot_has_one_owner()
    {
        int rounds = NumberOf(RoundsVariable, RoundsByDefault);
        int seed = NumberOf(SeedVariable, 0);
        (int finished, int decided, long acknowledged, long redirections) = (0, 0, 0L, 0L);
        for (int done = 0; done < rounds; done += RoundsPerCluster, seed++)
        {
            await using InterruptedProcesses processes = new(seed);
            try
            {
                await processes.StartAsync();
                for (int i = 0; i < Math.Min(RoundsPerCluster, rounds - done); i++)
                    await processes.RoundAsync(Kinds[(seed * RoundsPerCluster + i) % Kinds.Length]);
            }
            catch (Exception failed)
            {
                throw new AssertFailedException($"replay: {RoundsVariable}={RoundsPerCluster} {SeedVariable}={seed}\n{string.Join("\n", processes.Told)}\n{failed}", failed);
            }

            finished += processes.Finished;
            decided += processes.Decided;
            acknowledged += processes.Acknowledged;
            redirections += processes.Redirections;
        }

        TestContext.WriteLine(
            $"{rounds} interrupted migrations between processes: {finished} finished, {decided} decided by the manager; {acknowledged} writes acknowledged, {redirections} redirections; 0 lost, 0 twice");
    }

    private static int NumberOf(string variable, int unlessSet) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : unlessSet;
}
