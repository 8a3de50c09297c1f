using System.Globalization;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Nodes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>A workload and how much of it.</summary>
internal sealed record Share(string Workload, int Clients, int Operations)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Workload}={Clients}x{Operations}");
}

/// <summary>What a run is made of. All of it follows from the seed; a part may be cut away, to find out what a failure needs.</summary>
internal sealed record Scenario(ulong Seed, int Shards, NetworkProfile Network, IReadOnlyList<Share> Shares, IReadOnlyList<Fault> Faults)
{
    private const int RunMsMax = 1500;

    /// <summary>Which of the seed's faults are left; null if all are.</summary>
    public IReadOnlyList<int>? Kept { get; init; }

    /// <summary>What it has besides if the store has a disk, or each node one; null if there is none.</summary>
    public SnapshotSetting? Snapshots { get; init; }

    /// <summary>Whether the disk refuses something at times: snapshots may fail, and parts of them may be left.</summary>
    public bool MayRefuse => Faults.Any(fault => fault.Kind == FaultKind.DiskTrouble);

    /// <summary>Whether the disk may stall for longer than a stop waits: a write under way has not ended then, and the memory is not released.</summary>
    public bool MayStick => Faults.Any(fault => fault.Kind == FaultKind.DiskStall && (fault.LastsMs >= Fault.ForEverMs || Faults.Any(end => end.Kind == FaultKind.ShutdownNow)));

    /// <summary>Whether a stop may be expected to go without a deadline being reached: nobody stalls, and it is not asked for at once.</summary>
    public bool IsGentle => !Faults.Any(fault => fault.Kind is FaultKind.Stall or FaultKind.HoldUp or FaultKind.ShutdownNow || fault.LastsMs >= Fault.ForEverMs);

    /// <summary>What it has instead of one store if it has several; null if it has one.</summary>
    public ClusterSetting? Cluster { get; init; }

    /// <summary>Whether a shard is kept for longer than a stop waits: its memory is then not released.</summary>
    public bool KeepsShardForEver => Faults.Any(fault => fault is { Kind: FaultKind.KeepShard, LastsMs: >= Fault.ForEverMs });

    public static Scenario Draw(ulong seed)
    {
        if (ClusterSetting.Draw(SimRandom.Of(seed, "cluster")) is { } cluster)
            return DrawCluster(seed, cluster);
        SimRandom random = SimRandom.Of(seed, "scenario");
        int shards = random.Pick([1, 2, 2, 3, 4]);
        NetworkProfile network = NetworkProfile.Draw(random);
        List<string> names = [.. Catalogue.Names];
        var shares = new List<Share>();
        for (int count = random.Between(2, 4); count > 0; count--)
        {
            string name = random.Pick(names);
            names.Remove(name);
            shares.Add(new Share(name, random.Between(1, 4), random.Between(5, 40)));
        }

        int runMs = random.Between(50, RunMsMax);
        var faults = new List<Fault>();
        for (int count = random.Below(7); count > 0; count--)
            faults.Add(Fault.Draw(random, runMs));
        faults.AddRange(Fault.DrawEnd(random, runMs));
        SimRandom ofDisk = SimRandom.Of(seed, "snapshots");
        if (SnapshotSetting.Draw(ofDisk) is not { } setting)
            return new Scenario(seed, shards, network, shares, faults);
        return new Scenario(seed, shards, network, [.. setting.With(shares, ofDisk)], [.. setting.With(faults, ofDisk, runMs)]) { Snapshots = setting };
    }

    private static Scenario DrawCluster(ulong seed, ClusterSetting cluster)
    {
        SimRandom random = SimRandom.Of(seed, "scenario of nodes");
        NetworkProfile network = ClusterSetting.Of(NetworkProfile.Draw(random));
        Share clients = new(Movers.Name, random.Between(1, 4), random.Between(10, 120));
        Fault[] faults = [.. FaultsOfNodes.Draw(random)];
        SimRandom ofDisk = SimRandom.Of(seed, "snapshots of nodes");
        if (SnapshotSetting.Draw(ofDisk) is not { } setting)
            return new Scenario(seed, cluster.Shards[0], network, [clients], faults) { Cluster = cluster };
        cluster = cluster with { Restarts = ofDisk.Chance(0.8) };
        return new Scenario(seed, cluster.Shards[0], network, [clients], [.. FaultsOfNodes.WithDisks(faults, ofDisk)]) { Cluster = cluster, Snapshots = setting };
    }

    /// <summary>The scenario of a seed with parts cut away, as <see cref="CutText"/> wrote it.</summary>
    public static Scenario Draw(ulong seed, string? cut)
    {
        Scenario drawn = Draw(seed);
        if (string.IsNullOrEmpty(cut))
            return drawn;
        var shares = new List<Share>();
        IReadOnlyList<int>? kept = null;
        foreach (string word in cut.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = word.Split('=');
            if (parts.Length != 2)
                throw new FormatException($"'{word}' is not of the form name=value");
            if (parts[0] == "faults")
                kept = [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(index => int.Parse(index, CultureInfo.InvariantCulture))];
            else
                shares.Add(ShareOf(parts[0], parts[1].Split('x')));
        }

        return (shares.Count == 0 ? drawn : drawn with { Shares = shares }).Keep(kept);
    }

    /// <summary>The scenario with those of the seed's faults alone.</summary>
    public Scenario Keep(IReadOnlyList<int>? kept)
    {
        if (kept is null)
            return this;
        IReadOnlyList<Fault> all = Draw(Seed).Faults;
        return this with { Kept = kept, Faults = [.. kept.Select(index => all[index])] };
    }

    /// <summary>What is left of the seed's own scenario, in words that <see cref="Draw(ulong, string?)"/> reads; empty if nothing was cut.</summary>
    public string CutText()
    {
        Scenario drawn = Draw(Seed);
        var words = new List<string>();
        if (!drawn.Shares.SequenceEqual(Shares))
            words.AddRange(Shares.Select(share => share.ToString()));
        if (Kept is { } kept)
            words.Add($"faults={string.Join(',', kept)}");
        return string.Join(' ', words);
    }

    /// <summary>The scenario in a line, for people.</summary>
    public override string ToString() =>
        $"{(Cluster is null ? $"{Shards} shards" : $"{Cluster}")}; {string.Join(' ', Shares)}; {string.Join(", ", Faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Kind}@{fault.AtMs}+{fault.LastsMs}")))}{(Snapshots is null ? string.Empty : $"; {Snapshots}")}";

    private static Share ShareOf(string name, string[] size)
    {
        if (!Catalogue.Has(name) || size.Length != 2)
            throw new FormatException($"'{name}={string.Join('x', size)}' is no workload with clients and operations");
        return new Share(name, int.Parse(size[0], CultureInfo.InvariantCulture), int.Parse(size[1], CultureInfo.InvariantCulture));
    }
}
