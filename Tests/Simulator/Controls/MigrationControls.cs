using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Nodes;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>
/// Faults of migrations, put into the real ones. What the store's code does not let anybody do is done to its fields from here: there is no switch in it.
/// </summary>
internal static class MigrationControls
{
    private static readonly TimeSpan Often = TimeSpan.FromMicroseconds(200);

    /// <summary>The controls in the order of the table.</summary>
    public static IReadOnlyList<Control> All { get; } =
    [
        new("streamer-base-values-off", "a streamer is not told of changes before it has the base value (dragonfly#2783)", Wrong.Torn, Wrong.Doubled, Wrong.Lost)
        {
            NeedsNodes = true,
            ApplyToScenario = scenario => Besides(Under(scenario, 300, 200, ("slot_migration_shard_share", "1")), FaultKind.KeepShard, everyMs: 3, lastsMs: 8),
            OnStart = process => Repeat(process, () => Array.ForEach(process.Engine.Shards, LeaveUnobserved)),
        },
        new("stale-marker-accepted", "a target takes the marker of an earlier attempt for that of the present one (dragonfly#3305)", Wrong.Lost, Wrong.Torn)
        {
            NeedsNodes = true,
            ApplyToScenario = scenario => Besides(
                Under(scenario, 20, 400, ("migration_finalization_timeout_ms", "20"), ("slot_migration_retry_ms", "5")), FaultKind.LinkHoldUp, everyMs: 9, lastsMs: 15),
            OnStart = process => Repeat(process, new StaleMarkers(process).Accept),
        },
        new("streamer-starts-late", "a streamer that was cancelled before its cut registers all the same (dragonfly#7703)", Wrong.Leaked, Wrong.Hung, Wrong.Touched)
        {
            NeedsNodes = true,
            OnStart = process => Repeat(process, new LateStreamers(process).Register),
        },
        new("link-write-not-awaited", "nobody waits for a write of a flow that is under way, and its memory is another's by then (dragonfly#4270)", Wrong.Lost, Wrong.Torn, Wrong.Doubled, Wrong.Hung)
        {
            NeedsNodes = true,
            ApplyToScenario = scenario => Under(scenario, 600, 40) is var full ? full with { Cluster = full.Cluster! with { IsPatient = true } } : scenario,
            ApplyToNetwork = profile => profile with { LatencyMinUs = 2000, LatencyMaxUs = 5000, WindowBytes = 256 },
            Apply = options => options with { WrapPeers = peers => new UnawaitedPeers(peers) },
        },
        new("writes-go-on-undecided", "a source writes to slots again though its target may have taken them (decision 82)", Wrong.Doubled, Wrong.Lost)
        {
            NeedsNodes = true,
            ApplyToScenario = scenario => Besides(Under(scenario, 20, 400, ("migration_finalization_timeout_ms", "20"), ("slot_migration_retry_ms", "5")), FaultKind.LinkHoldUp, everyMs: 9, lastsMs: 15),
            OnStart = process => Repeat(process, () => EndPauses(process)),
        },
        new("parts-of-slots-saved", "a snapshot of a target has what has come of slots that are not its own yet (decision 46)", Wrong.Torn)
        {
            NeedsNodes = true,
            Apply = options => options with { AtCut = process => Array.ForEach(process.Engine.Shards, SaveAllSlots) },
        },
    ];

    private static void EndPauses(SimProcess process)
    {
        foreach (OutgoingMigration migration in process.Engine.Cluster!.Migrations.Outgoing.Where(migration => migration.Progress.IsUndecided))
            process.Engine.Pause.EndSlots(migration.Declared.Slots);
    }

    // Sources of three shards, so many keys, clients that hardly rest, and these options in place of the seed's.
    private static Scenario Under(Scenario scenario, int ballast, int operations, params (string Name, string Value)[] options) => scenario with
    {
        Shares = [new Share(Movers.Name, 6, operations)],
        Cluster = scenario.Cluster! with
        {
            Shards = [.. scenario.Cluster.Shards.Select(_ => 3)],
            Ballast = ballast,
            IsPatient = false,
            AwaitsEnds = true,
            Options = [.. scenario.Cluster.Options.Where(option => !options.Any(other => other.Name == option.Name)), .. options],
        },
    };

    // The same again and again while slots move, at one place or another.
    private static Scenario Besides(Scenario scenario, FaultKind kind, int everyMs, int lastsMs) => scenario with
    {
        Faults =
        [
            .. scenario.Faults,
            .. from move in scenario.Faults
               where move.Kind == FaultKind.Move
               from number in Enumerable.Range(0, 25)
               select new Fault(kind, move.AtMs + (number * everyMs), number + (number / 3), lastsMs),
        ],
    };

    private static void Repeat(SimProcess process, Action action) => process.World.After(Often, process.Scheduler, () =>
    {
        if (process.Ended.IsCompleted || process.Engine.Cluster is null)
            return;
        action();
        Repeat(process, action);
    });

    private static void LeaveUnobserved(ShardBlock shard)
    {
        foreach (ShardWalk walk in shard.Walks?.Active.Where(walk => walk.Consumer is RestoreStreamer) ?? [])
        {
            foreach (WalkedDatabase walked in walk.Databases)
                walked.Tap.Content.Table.Observer = null;
        }
    }

    private static void SaveAllSlots(ShardBlock shard)
    {
        foreach (SnapshotSource source in shard.Walks?.Active.Select(walk => walk.Consumer).OfType<SnapshotSource>() ?? [])
            Fields.SavedSlots(source) = null;
    }

    /// <summary>Takes every flow that has ever had a marker as standing at the newest.</summary>
    private sealed class StaleMarkers(SimProcess process)
    {
        private readonly HashSet<(IncomingProgress, int Round, int Flow)> _marked = [];

        public void Accept()
        {
            foreach (IncomingMigration migration in process.Engine.Cluster!.Migrations.Incoming.Where(migration => migration.Progress.State == MigrationState.Sync))
            {
                long[] markers = Fields.Markers(migration.Progress);
                long newest = markers.Max();
                for (int flow = 0; flow < markers.Length; flow++)
                {
                    if (markers[flow] > 0)
                        _marked.Add((migration.Progress, migration.Progress.Round, flow));
                    if (_marked.Contains((migration.Progress, migration.Progress.Round, flow)))
                        markers[flow] = newest;
                }

                process.Engine.Cluster.Streams.TargetOf(migration.SourceId)?.LookForEnd();
            }
        }
    }

    /// <summary>Registers streamers that have ended before their cut.</summary>
    private sealed class LateStreamers(SimProcess process)
    {
        private readonly HashSet<RestoreStreamer> _registered = [];

        public void Register()
        {
            foreach (MigrationSource source in process.Engine.Cluster!.Streams.Sources)
            {
                if (Fields.LastRound(source) is not { } round)
                    continue;
                for (int i = 0; i < process.Engine.Shards.Length; i++)
                {
                    RestoreStreamer streamer = Fields.Streamers(round)[i];
                    if (streamer.Completion.IsCompleted && Fields.Walk(streamer) is null && _registered.Add(streamer))
                        _ = process.Engine.Shards[i].Post(new ShardAction(_ => RegisterInShard(streamer)));
                }
            }
        }

        private static void RegisterInShard(RestoreStreamer streamer)
        {
            Fields.State(streamer) = 0;
            streamer.Register();
        }
    }

    private static class Fields
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_slots")]
        public static extern ref SlotSet? SavedSlots(SnapshotSource source);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_markers")]
        public static extern ref long[] Markers(IncomingProgress progress);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_last")]
        public static extern ref MigrationRound? LastRound(MigrationSource source);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_streamers")]
        public static extern ref RestoreStreamer[] Streamers(MigrationRound round);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_walk")]
        public static extern ref ShardWalk? Walk(RestoreStreamer streamer);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
        public static extern ref int State(RestoreStreamer streamer);
    }
}
