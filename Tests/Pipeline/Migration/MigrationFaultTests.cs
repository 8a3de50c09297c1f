using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>
/// Migrations under live writers that are interrupted at random moments, in seeded rounds: 40 here, as many as DFLOW_MIGRATION_ROUNDS says otherwise. Whatever happens,
/// each slot has one owner afterwards, no key is lost or doubled, and nothing is left of the migration. A failing round prints what replays it.
/// </summary>
[TestClass]
public sealed class MigrationFaultTests
{
    private const int RoundsByDefault = 40;
    private const int RoundsPerCluster = 10;

    [TestMethod]
    public async Task Interrupted_at_random_moments_nothing_is_lost_doubled_or_left()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable("DFLOW_MIGRATION_ROUNDS") ?? RoundsByDefault.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("DFLOW_MIGRATION_SEED") ?? "1000", CultureInfo.InvariantCulture);
        for (int done = 0; done < rounds; done += RoundsPerCluster, seed++)
        {
            try
            {
                await new InterruptedMigrations(seed).RunAsync(Math.Min(RoundsPerCluster, rounds - done));
            }
            catch (Exception failed)
            {
                throw new AssertFailedException($"replay: DFLOW_MIGRATION_ROUNDS={RoundsPerCluster} DFLOW_MIGRATION_SEED={seed}\n{failed}", failed);
            }
        }
    }

    /// <summary>A cluster of two nodes between which slots go to and fro.</summary>
    private sealed class InterruptedMigrations(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<string> _told = [];
        private readonly SlotSet[] _owners = [ServerCluster.Slots(0, 8191), ServerCluster.Slots(8192, KeySlot.Count - 1)];

        public async Task RunAsync(int rounds)
        {
            await using ServerCluster cluster = new([_random.Next(1, 4), _random.Next(1, 4)], ("slot_migration_write_timeout_ms", "300"), ("migration_finalization_timeout_ms", "400"));
            cluster.Configure(_owners);
            await using MovingClients clients = new(cluster, count: 2, seed);
            try
            {
                await clients.RunAsync(_random.Next(200, 2000));
                for (int i = 0; i < rounds; i++)
                    await RoundAsync(cluster, clients);
                await clients.StopAsync();
                clients.Check("");
                foreach (ServerCluster.Node node in cluster.Nodes)
                    await node.IsQuietAsync();
                Assert.AreEqual(clients.Keys, cluster.Nodes.Sum(node => node.Client.Ask("DBSIZE").Integer), "keys are lost or doubled");
            }
            catch (Exception failed)
            {
                throw new AssertFailedException($"{string.Join("; ", _told)}\n{failed}", failed);
            }
        }

        private async Task RoundAsync(ServerCluster cluster, MovingClients clients)
        {
            int from = _random.Next(2);
            SlotSet moving = SomeOf(_owners[from]);
            if (moving.IsEmpty)
                return;
            ServerCluster.Node source = cluster[from];
            ServerCluster.Node target = cluster[1 - from];
            _told.Add($"{from}>{1 - from} {moving}");
            cluster.Configure(_owners, (from, 1 - from, moving));
            await InterruptAsync(cluster, clients, source);
            if (_random.Next(4) > 0)
                await ServerCluster.UntilAsync(() => source.Status("out").State is "FINISHED" or "FATAL", () => $"source {source.Status("out")}, target {target.Status("in")}");
            Settle(cluster, source, moving);
        }

        // As a manager does: who owns the slots now is what the source says when writes rest; a configuration makes it so, and takes the migration back.
        private void Settle(ServerCluster cluster, ServerCluster.Node source, SlotSet moving)
        {
            bool isTaken = source.Status("out").State == "FINISHED";
            _told.Add($"is {source.Status("out").State}");
            if (isTaken)
            {
                _owners[source.Index] = _owners[source.Index].Except(moving);
                _owners[1 - source.Index] = _owners[1 - source.Index].Union(moving);
            }

            cluster.Configure(_owners);
        }

        private async Task InterruptAsync(ServerCluster cluster, MovingClients clients, ServerCluster.Node source)
        {
            int kind = _random.Next(9);
            await Task.Delay(_random.Next(12));
            _told.Add($"kind {kind}");
            switch (kind)
            {
                case 0:
                    source.Peers.Cut();
                    break;
                case 1:
                    source.Peers.CutOne(_random.Next(5));
                    break;
                case 2:
                    source.Peers.HalfClose(_random.Next(5));
                    break;
                case 3:
                    source.Peers.Stall();
                    await Task.Delay(_random.Next(100));
                    source.Peers.GoOn();
                    break;
                case 4:
                    // Longer than writes may take.
                    source.Peers.Stall();
                    await Task.Delay(350);
                    source.Peers.Cut();
                    source.Peers.GoOn();
                    break;
                case 5:
                    source.Peers.Refuses = true;
                    source.Peers.Cut();
                    await Task.Delay(_random.Next(30));
                    source.Peers.Refuses = false;
                    break;
                case 6:
                    await clients.WhileRestingAsync(() =>
                    {
                        Assert.AreEqual("+OK\r\n", source.Client.Execute("FLUSHALL"));
                        SlotSet held = source.Engine.Cluster!.View.Held;
                        clients.Forget(key => held.Contains(KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key))));
                        return Task.CompletedTask;
                    });
                    break;
                case 7:
                    for (int i = 0; i < 5; i++)
                    {
                        source.Peers.CutOne(_random.Next(5));
                        await Task.Delay(_random.Next(8));
                    }

                    break;
            }
        }

        private SlotSet SomeOf(SlotSet owned)
        {
            int start = _random.Next(KeySlot.Count);
            int end = Math.Min(KeySlot.Count - 1, start + _random.Next(1, 6000));
            return owned.Intersect(ServerCluster.Slots(start, end));
        }
    }
}
