using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>What can happen to a run.</summary>
internal enum FaultKind
{
    /// <summary>A connection is reset.</summary>
    Reset,

    /// <summary>A client does not read for a time.</summary>
    Stall,

    /// <summary>Nothing passes on a connection for a time.</summary>
    HoldUp,

    /// <summary>Another thread keeps a shard for a time, so that batches queue up behind it.</summary>
    KeepShard,

    /// <summary>CLIENT PAUSE WRITE.</summary>
    PauseWrites,

    /// <summary>CLIENT PAUSE ALL.</summary>
    PauseAll,

    /// <summary>A walk through all shards begins, under leases, into a sink that may stall.</summary>
    Walk,

    /// <summary>Nothing is written or read for a time.</summary>
    DiskStall,

    /// <summary>The disk refuses something for a time.</summary>
    DiskTrouble,

    /// <summary>FLUSHALL.</summary>
    FlushAll,

    /// <summary>A snapshot of a node, in one of the ways to ask for it.</summary>
    Save,

    /// <summary>Slots begin to move from one node to another.</summary>
    Move,

    /// <summary>A configuration takes such a move back.</summary>
    TakeBack,

    /// <summary>A link between two nodes is reset.</summary>
    LinkReset,

    /// <summary>Nothing arrives over a link between two nodes for a time.</summary>
    LinkHoldUp,

    /// <summary>SIGTERM.</summary>
    Terminate,

    /// <summary>SHUTDOWN by a client.</summary>
    Shutdown,

    /// <summary>SHUTDOWN NOW by a client.</summary>
    ShutdownNow,

    /// <summary>kill -9.</summary>
    Kill,

    /// <summary>The machine loses its power, and what its disk had not flushed.</summary>
    PowerLoss,
}

/// <summary>One thing that happens.</summary>
/// <param name="Kind">What.</param>
/// <param name="AtMs">When, since the run began.</param>
/// <param name="Which">To whom, of those there are then.</param>
/// <param name="LastsMs">For how long.</param>
internal sealed record Fault(FaultKind Kind, int AtMs, int Which, int LastsMs)
{
    /// <summary>Longer than any deadline of a stop.</summary>
    public const int ForEverMs = 600_000;

    /// <summary>Whether it ends the process.</summary>
    public bool IsEnd => Kind >= FaultKind.Terminate;

    public static Fault Draw(SimRandom random, int runMs)
    {
        int atMs = random.Below(runMs);
        int which = random.Below(1000);
        return random.Below(100) switch
        {
            < 20 => new Fault(FaultKind.Reset, atMs, which, 0),
            < 34 => new Fault(FaultKind.Stall, atMs, which, random.Chance(0.4) ? ForEverMs : random.Between(50, 3000)),
            < 45 => new Fault(FaultKind.HoldUp, atMs, which, random.Between(50, 2000)),
            < 75 => new Fault(FaultKind.KeepShard, atMs, which, random.Chance(0.03) ? ForEverMs : random.Between(1, 150)),
            < 83 => new Fault(FaultKind.PauseWrites, atMs, which, random.Pick([20, 500, 60_000])),
            < 88 => new Fault(FaultKind.PauseAll, atMs, which, random.Pick([20, 500, 60_000])),
            _ => new Fault(FaultKind.Walk, atMs, which, random.Pick([0, 1, 30, ForEverMs])),
        };
    }

    /// <summary>What happens to a run with a disk.</summary>
    public static Fault DrawOfDisk(SimRandom random, int runMs, bool flushes)
    {
        int atMs = random.Below(runMs);
        int which = random.Below(1000);
        if (flushes && random.Chance(0.7))
            return new Fault(FaultKind.FlushAll, atMs, which, 0);
        return random.Chance(0.5)
            ? new Fault(FaultKind.DiskStall, atMs, which, random.Chance(0.06) ? ForEverMs : random.Between(1, 3000))
            : new Fault(FaultKind.DiskTrouble, atMs, which, random.Between(1, 600));
    }

    /// <summary>What ends a run: nearly always a stop in order, at times two of them, at times one that comes before anybody is served.</summary>
    public static IEnumerable<Fault> DrawEnd(SimRandom random, int runMs)
    {
        int atMs = random.Chance(0.04) ? 0 : random.Below(runMs);
        if (random.Chance(0.08))
            return [new Fault(FaultKind.Kill, atMs, 0, 0)];
        Fault first = DrawStop(random, atMs);
        return random.Chance(0.2) ? [first, DrawStop(random, atMs + random.Below(60))] : [first];
    }

    private static Fault DrawStop(SimRandom random, int atMs) =>
        new(random.Below(10) switch { < 6 => FaultKind.Terminate, < 9 => FaultKind.Shutdown, _ => FaultKind.ShutdownNow }, atMs, 0, 0);
}
