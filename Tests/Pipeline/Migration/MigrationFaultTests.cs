using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

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
        int ran = 0;
        int finished = 0;
        for (int done = 0; done < rounds; done += RoundsPerCluster, seed++)
        {
            InterruptedMigrations migrations = new(seed);
            try
            {
                await migrations.RunAsync(Math.Min(RoundsPerCluster, rounds - done));
                ran += migrations.Rounds;
                finished += migrations.Finished;
            }
            catch (Exception failed)
            {
                throw new AssertFailedException($"replay: DFLOW_MIGRATION_ROUNDS={RoundsPerCluster} DFLOW_MIGRATION_SEED={seed}\n{failed}", failed);
            }
        }

        Console.WriteLine($"{rounds} interrupted migrations: {finished} finished, {ran} rounds");
        Assert.IsTrue(rounds < RoundsByDefault || (finished > rounds / 3 && ran > rounds * 5 / 4), $"hardly anything happened: {finished} finished, {ran} rounds");
    }

    /// <summary>A cluster of two nodes between which slots go to and fro.</summary>
    private sealed class InterruptedMigrations(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<string> _told = [];
        private readonly SlotSet[] _owners = [ServerCluster.Slots(0, 8191), ServerCluster.Slots(8192, KeySlot.Count - 1)];

        /// <summary>Rounds of all migrations: more than there were migrations, or nothing was interrupted.</summary>
        public int Rounds { get; private set; }

        /// <summary>Migrations that came to their end.</summary>
        public int Finished { get; private set; }

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
                if (Environment.GetEnvironmentVariable("DFLOW_MIGRATION_TOLD") is not null)
                    Console.WriteLine($"seed {seed}: {string.Join("; ", _told)}");
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
            int from = _owners[0].IsEmpty ? 1 : _owners[1].IsEmpty ? 0 : _random.Next(2);
            SlotSet moving = SomeOf(_owners[from]);
            ServerCluster.Node source = cluster[from];
            ServerCluster.Node target = cluster[1 - from];
            source.Peers.Decides = null;
            _told.Add($"{from}>{1 - from} {moving}");
            if (_random.Next(2) == 0)
                source.Peers.BreakAt(_random.Next(1, 20), _random.Next(2) == 0 ? FaultyPeers.Fate.BreaksBefore : FaultyPeers.Fate.BreaksAfter);
            cluster.Configure(_owners, (from, 1 - from, moving));
            await InterruptAsync(clients, source, target);
            if (_random.Next(4) > 0)
                await Eventually.IsSoAsync(() => source.Status("out").State is "FINISHED" or "FATAL", () => $"source {source.Status("out")}, target {target.Status("in")}");
            Settle(cluster, source, moving);
        }

        private void Settle(ServerCluster cluster, ServerCluster.Node source, SlotSet moving)
        {
            OutgoingProgress progress = source.Engine.Cluster!.Migrations.Outgoing[0].Progress;
            // Whichever end is asked first.
            bool isTaken = !cluster.TryTakeBack(cluster[_random.Next(2)], _owners);
            _told.Add($"{progress.State} in round {progress.Round}, attempt {progress.Attempt}, {progress.LastError}");
            Rounds += progress.Round;
            Finished += isTaken ? 1 : 0;
            if (!isTaken)
                return;
            _owners[source.Index] = _owners[source.Index].Except(moving);
            _owners[1 - source.Index] = _owners[1 - source.Index].Union(moving);
            cluster.Configure(_owners);
        }

        private async Task InterruptAsync(MovingClients clients, ServerCluster.Node source, ServerCluster.Node target)
        {
            int kind = _random.Next(10);
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
                case 6 or 7:
                    ServerCluster.Node flushed = kind == 6 ? source : target;
                    await clients.WhileRestingAsync(() =>
                    {
                        Assert.AreEqual("+OK\r\n", flushed.Client.Execute("FLUSHALL"));
                        SlotSet held = flushed.Engine.Cluster!.View.Held;
                        clients.Forget(key => held.Contains(KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key))));
                        return Task.CompletedTask;
                    });
                    break;
                case 8:
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
            while (true)
            {
                int start = _random.Next(KeySlot.Count);
                int end = Math.Min(KeySlot.Count - 1, start + _random.Next(1, 6000));
                if (owned.Intersect(ServerCluster.Slots(start, end)) is { IsEmpty: false } some)
                    return some;
            }
        }
    }
}
