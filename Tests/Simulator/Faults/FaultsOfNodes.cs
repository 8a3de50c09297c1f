using DragonflyFlow.Tests.Simulator.Nodes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>What happens to a cluster: slots move, and at about the same time something comes in between, often the end of a node.</summary>
internal static class FaultsOfNodes
{
    // How soon after a move has begun: within the first messages, within the walk, or somewhere in the run.
    private static readonly int[] SoonMs = [4, 25, 25, 120, 400];

    private const int RunMsMax = 900;

    /// <summary>The faults of a seed.</summary>
    public static IEnumerable<Fault> Draw(SimRandom random)
    {
        List<int> moves = [];
        for (int count = random.Pick([1, 1, 2, 3]); count > 0; count--)
            moves.Add(random.Below(200));
        foreach (int atMs in moves)
        {
            yield return new Fault(FaultKind.Move, atMs, random.Below(1000), 0);
            for (int count = random.Pick([0, 1, 1, 2]); count > 0; count--)
                yield return DrawBetween(random, atMs + Soon(random));
        }

        if (random.Chance(0.35))
            yield break;
        int endMs = random.Pick(moves) + Soon(random);
        yield return DrawEnd(random, endMs);
        if (random.Chance(0.3))
            yield return DrawEnd(random, endMs + random.Below(40));
    }

    /// <summary>
    /// The same of nodes with disks: snapshots are made while slots move, disks stall and refuse, power is lost. Who has ended is down for the time that its end lasts, and
    /// slots may move again behind that.
    /// </summary>
    public static IEnumerable<Fault> WithDisks(IEnumerable<Fault> faults, SimRandom random)
    {
        foreach (Fault fault in faults)
        {
            yield return !fault.IsEnd ? fault : fault with
            {
                Kind = fault.Kind == FaultKind.Kill && random.Chance(0.5) ? FaultKind.PowerLoss : fault.Kind,
                LastsMs = random.Below(random.Pick(SoonMs)),
            };
            for (int count = fault.Kind == FaultKind.Move ? random.Below(3) : 0; count > 0; count--)
                yield return new Fault(FaultKind.Save, fault.AtMs + Soon(random), random.Below(1000), 0);
        }

        for (int count = random.Below(3); count > 0; count--)
            yield return random.Chance(0.5)
                ? new Fault(FaultKind.DiskStall, random.Below(RunMsMax), random.Below(1000), random.Between(1, 3000))
                : new Fault(FaultKind.DiskTrouble, random.Below(RunMsMax), random.Below(1000), random.Between(1, 600));
        for (int count = random.Below(3); count > 0; count--)
            yield return new Fault(FaultKind.Move, random.Between(200, RunMsMax), random.Below(1000), 0);
    }

    private static int Soon(SimRandom random) => random.Below(random.Pick(SoonMs));

    private static Fault DrawBetween(SimRandom random, int atMs)
    {
        int which = random.Below(1000);
        return random.Below(100) switch
        {
            < 20 => new Fault(FaultKind.LinkReset, atMs, which, 0),
            < 40 => new Fault(FaultKind.LinkHoldUp, atMs, which, random.Chance(0.3) ? ClusterSetting.HalfOpenMs : random.Between(1, 400)),
            < 48 => new Fault(FaultKind.Reset, atMs, which, 0),
            < 52 => new Fault(FaultKind.Stall, atMs, which, random.Between(20, 1000)),
            < 56 => new Fault(FaultKind.HoldUp, atMs, which, random.Between(20, 1000)),
            < 70 => new Fault(FaultKind.KeepShard, atMs, which, random.Between(1, 150)),
            < 76 => new Fault(FaultKind.PauseWrites, atMs, which, random.Pick([20, 500])),
            < 88 => new Fault(FaultKind.FlushAll, atMs, which, 0),
            _ => new Fault(FaultKind.TakeBack, atMs, which, 0),
        };
    }

    private static Fault DrawEnd(SimRandom random, int atMs) =>
        new(random.Below(20) switch { < 11 => FaultKind.Terminate, < 16 => FaultKind.Shutdown, 16 => FaultKind.ShutdownNow, _ => FaultKind.Kill }, atMs, random.Below(1000), 0);
}
