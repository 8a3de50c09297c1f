using System.Globalization;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What a run with a disk has besides: the disk, the options of snapshots, and what happens afterwards.</summary>
/// <param name="Disk">The disk.</param>
/// <param name="Options">Options of the store.</param>
/// <param name="Flushes">Whether clients empty the whole store at times: none may count on its keys then.</param>
/// <param name="ShardsAfter">Shards of the processes that load.</param>
/// <param name="StopsLoadAfterUs">When the first process that loads is stopped; negative if it is not.</param>
internal sealed record SnapshotSetting(DiskProfile Disk, IReadOnlyList<(string Name, string Value)> Options, bool Flushes, int ShardsAfter, int StopsLoadAfterUs)
{
    /// <summary>The file that is saved and loaded.</summary>
    public const string File = "dump.rdb";

    private const double Share = 0.6;
    private const double FlushingShare = 0.15;

    /// <summary>What a seed has; null if it has no disk.</summary>
    public static SnapshotSetting? Draw(SimRandom random)
    {
        if (!random.Chance(Share))
            return null;
        List<(string, string)> options =
        [
            ("dbfilename", File),
            ("snapshot_shard_share", random.Pick(["100", "20", "1"])),
            ("snapshot_buffer_bytes", random.Pick(["1mb", "64mb"])),
            ("snapshot_stall_ms", random.Pick(["20", "1000"])),
            ("rdbcompression", random.Pick(["yes", "no"])),
            ("df_snapshot_format", random.Pick(["yes", "no"])),
            ("snapshot_keep", random.Pick(["0", "1", "2"])),
        ];
        if (random.Chance(0.2))
            options.Add(("snapshot_copy_dir", "elsewhere"));
        if (random.Chance(0.3))
            options.Add(("save", "1 1"));
        return new SnapshotSetting(
            DiskProfile.Draw(random), options, random.Chance(FlushingShare), random.Between(1, 4), random.Chance(0.4) ? random.Below(20_000) : -1);
    }

    /// <summary>The workloads of the run, with those that save and those that give snapshots something to do.</summary>
    public IEnumerable<Share> With(IEnumerable<Share> shares, SimRandom random)
    {
        IEnumerable<Share> others = Flushes ? [new Share("churn", random.Between(1, 4), 40), new Share("channels", 2, 20)] : shares;
        return [.. others, new Share("ballast", random.Between(1, 3), random.Between(10, 80)), new Share("savers", random.Between(1, 2), random.Between(1, 6))];
    }

    /// <summary>What happens to the run besides, by its disk; and its end, which may save or lose the machine's power.</summary>
    public IEnumerable<Fault> With(IEnumerable<Fault> faults, SimRandom random, int runMs)
    {
        foreach (Fault fault in faults)
        {
            yield return fault.Kind switch
            {
                FaultKind.Shutdown => fault with { Which = random.Below(3) },
                FaultKind.Kill when random.Chance(0.6) => fault with { Kind = FaultKind.PowerLoss },
                _ => fault,
            };
        }

        for (int count = random.Below(4); count > 0; count--)
            yield return Fault.DrawOfDisk(random, runMs, Flushes);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"disk of {Disk.OperationUsMax}+{Disk.UsPerKilobyte}/KB+{Disk.FlushUsMax} us, {string.Join(' ', Options.Select(option => $"{option.Name}={option.Value}"))}, then {ShardsAfter} shards{(StopsLoadAfterUs < 0 ? string.Empty : $" stopped after {StopsLoadAfterUs} us")}");
}
