using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>All controls: the wrong orders of a stop, and one fault of each historical kind that the store as it is can have.</summary>
internal static class ControlList
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>The controls in the order of the table.</summary>
    public static IReadOnlyList<Control> All { get; } =
    [
        new("downstream-first", "memory goes first, under load (dragonfly#1305, #675)", Wrong.Touched)
        {
            Apply = options => options with { Order = StopOrders.DownstreamFirst },
        },
        new("abrupt", "nobody is waited for: memory goes under batches in flight (P27)", Wrong.Touched)
        {
            Apply = options => options with { Order = StopOrders.Abrupt },
        },
        new("image-too-early", "the final image is taken while clients still write", Wrong.Lost, Wrong.Torn)
        {
            Apply = options => options with { ImageStage = Stage.Listener },
        },
        new("walk-goes-on", "a cancelled walk without a lease goes on reading (dragonfly#4234)", Wrong.Touched)
        {
            Manners = WalkManners.HasNoLease | WalkManners.IgnoresStop,
            Apply = KeepUntilTheEnd,
        },
        new("walk-keeps-lease", "a consumer that ended is still registered (dragonfly#5189)", Wrong.Leaked, Wrong.Faulted) { Manners = WalkManners.KeepsLease },
        new("walk-starts-late", "cancelled before it started, it registers all the same (dragonfly#7703)", Wrong.Leaked, Wrong.Faulted, Wrong.Touched)
        {
            Manners = WalkManners.StartsLate,
            Apply = KeepUntilTheEnd,
        },
        new("blocked-not-released", "a stop does not answer blocked commands (dragonfly#8035)", Wrong.Hung)
        {
            Apply = options => options with { Wrap = session => new UnreleasedSession(session, blocked: true) },
        },
        new("parked-not-released", "a stop during CLIENT PAUSE leaves a parked write (dragonfly#8270)", Wrong.Hung)
        {
            Apply = options => options with { Wrap = session => new UnreleasedSession(session, blocked: false) },
        },
        new("reply-lost", "replies of a batch are lost, the next ones take their place", Wrong.Reply, Wrong.Doubled, Wrong.Hung)
        {
            Apply = options => options with { Wrap = session => new ForgetfulSession(session) },
        },
        new("sent-twice", "bytes of a stream are delivered twice (dragonfly#3329)", Wrong.Doubled, Wrong.Reply)
        {
            ApplyToNetwork = profile => profile with { TwiceShare = 0.02, FragmentBytesMax = 65536 },
        },
        new("heartbeat-goes-on", "a timer outside the graph outlives the stop (dragonfly#3328)", Wrong.Leaked) { OnStart = KeepBeating },
        new("base-values-off", "changes are not told to a snapshot under way: later values come into it (dragonfly#2783, #7185)", Wrong.Torn)
        {
            Apply = options => options with { AtCut = process => EachWalk(process, walked => walked.Tap.Content.Table.Observer = null) },
        },
        new("version-zeroed", "a cancel that was another's zeroes the version of a walk that goes on (dragonfly#4234, #5676)", Wrong.Torn)
        {
            Apply = options => options with { AtCut = process => process.Scheduler.Post(() => EachWalk(process, walked => walked.Epoch.Value = 0)) },
        },
        new("first-source-closes", "the first source to end closes what several feed (P1, dragonfly#3305)", Wrong.Torn, Wrong.Faulted)
        {
            Apply = options => options with { Completion = CompletionRules.FirstSourceCloses },
        },
        new("cancelled-is-success", "what was cancelled passes for whole: a part is saved over the whole (P2, dragonfly#4840)", Wrong.Lost, Wrong.Torn)
        {
            Apply = options => options with { Completion = CompletionRules.CancelledIsSuccess },
        },
        new("write-not-awaited", "nobody waits for a write under way (dragonfly#4269)", Wrong.Lost, Wrong.Torn)
        {
            Apply = options => options with { WrapDisk = (disk, _) => new WrappedDisk(disk, writer => new UnawaitedWriter(writer)) },
        },
        new("end-before-records", "the end of a file is written before its last records", Wrong.Lost)
        {
            Apply = options => options with { WrapDisk = (disk, _) => new WrappedDisk(disk, writer => new EndFirstWriter(writer)) },
        },
        new("name-before-flush", "a file gets its name before it is on the disk, and the power goes", Wrong.Lost)
        {
            Apply = options => options with { WrapDisk = (disk, time) => new WrappedDisk(disk, writer => new LateFlushWriter(writer, time)) },
        },
        new("task-forgotten", "a detached task fails and nobody looks", Wrong.Unobserved) { OnStart = FailUnseen },
        .. MigrationControls.All,
    ];

    /// <summary>A control by name.</summary>
    public static Control? Find(string name) => name == Control.None.Name ? Control.None : All.FirstOrDefault(control => control.Name == name);

    // A process goes on for a moment between the stop and its exit: what still runs then is what is looked for.
    private static ProcessOptions KeepUntilTheEnd(ProcessOptions options) => options with { LingerMs = 100 };

    private static void EachWalk(SimProcess process, Action<WalkedDatabase> spoil)
    {
        foreach (WalkedDatabase walked in process.Engine.Shards.SelectMany(shard => shard.Walks?.Active ?? []).SelectMany(walk => walk.Databases))
            spoil(walked);
    }

    private static void KeepBeating(SimProcess process) =>
        _ = process.Time.CreateTimer(_ => process.Engine.PostToShards(shard => shard.Keyspace.RunUpkeep(bucketsMax: 1, segmentsMax: 1)), null, HeartbeatPeriod, HeartbeatPeriod);

    private static void FailUnseen(SimProcess process) =>
        process.Time.CreateTimer(_ => _ = Task.FromException(new InvalidOperationException("forgotten on purpose")), null, HeartbeatPeriod, Timeout.InfiniteTimeSpan);
}
