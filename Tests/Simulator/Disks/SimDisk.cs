using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Disks;

/// <summary>
/// The disk of a simulated machine. Names and bytes are in the system's memory first and on the disk when they have been flushed: a process that is killed loses
/// nothing that it wrote, a machine that loses its power comes up with what was flushed, some of the changes of names in their order, and parts of the rest.
/// </summary>
internal sealed class SimDisk(SimWorld world, DiskProfile profile, string name = "disk")
{
    private readonly SimRandom _random = world.RandomOf(name);
    private readonly Dictionary<DiskTrouble, long> _troubledUntilTicks = [];
    private readonly List<NameChange> _unflushed = [];
    private SortedDictionary<string, SimFile> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimFile> _durable = new(StringComparer.Ordinal);
    private long _stalledUntilTicks;

    /// <summary>The names of all files, with their directories.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>What is there of snapshots that are not whole: files that were being written, and files of sets without a manifest.</summary>
    public IReadOnlyList<string> Parts => [.. _names.Keys.Where(name => name.EndsWith(".tmp", StringComparison.Ordinal) || IsOrphan(name))];

    /// <summary>The disk as a process has it: what it waits for happens on its scheduler, and never once it is dead.</summary>
    public SimDiskHandle Open(SeededScheduler process) => new(this, process);

    /// <summary>Nothing is written, read or flushed for so long.</summary>
    public void Stall(TimeSpan time) => _stalledUntilTicks = Math.Max(_stalledUntilTicks, world.NowTicks + time.Ticks);

    /// <summary>Something is wrong with it for so long.</summary>
    public void Trouble(DiskTrouble trouble, TimeSpan time) => _troubledUntilTicks[trouble] = world.NowTicks + time.Ticks;

    /// <summary>It is well again.</summary>
    public void Heal()
    {
        _stalledUntilTicks = 0;
        _troubledUntilTicks.Clear();
    }

    /// <summary>The machine loses its power.</summary>
    public void LosePower()
    {
        foreach (NameChange change in _unflushed.Take(_random.Below(_unflushed.Count + 1)))
            change.ApplyTo(_durable);
        _unflushed.Clear();
        _names = new SortedDictionary<string, SimFile>(_durable, StringComparer.Ordinal);
        foreach (SimFile file in _names.Values.Distinct())
            file.LosePower(_random);
        world.Note($"disk: power lost, left are {string.Join(", ", _names.Select(name => $"{name.Key} {name.Value.Length}"))}");
    }

    /// <summary>A process did to it what no process may do.</summary>
    internal void Fail(string what) => world.Fail(what);

    internal IReadOnlyList<DiskFile> List(string directory) =>
        [.. _names.Where(name => DirectoryOf(name.Key) == directory).Select(name => new DiskFile(Path.GetFileName(name.Key), name.Value.Length, name.Value.ModifiedMs))];

    internal SimFile Make(string path)
    {
        Require(path, DiskTrouble.ReadOnly);
        if (_names.ContainsKey(path))
            throw new IOException($"'{path}' exists");
        SimFile file = new() { ModifiedMs = SimTime.UnixMsOf(world) };
        Change(new NameChange(path, file, null));
        return file;
    }

    internal SimFile Find(string path) => _names.TryGetValue(path, out SimFile? file) ? file : throw new FileNotFoundException($"'{path}' is not there");

    internal void Rename(string from, string to)
    {
        Require(to, DiskTrouble.RefusesRenames);
        Change(new NameChange(to, Find(from), from));
    }

    internal void Delete(string path)
    {
        Require(path, DiskTrouble.ReadOnly);
        if (_names.ContainsKey(path))
            Change(new NameChange(path, null, null));
    }

    internal void FlushDirectory(string directory)
    {
        Require(directory, DiskTrouble.RefusesFlushes);
        world.Note($"disk: names in '{directory}' flushed");
        foreach (NameChange change in _unflushed.Where(change => DirectoryOf(change.Name) == directory))
            change.ApplyTo(_durable);
        _unflushed.RemoveAll(change => DirectoryOf(change.Name) == directory);
    }

    /// <summary>Appends to a file, in two parts: a process may be killed between them.</summary>
    internal async Task<int> WriteAsync(string path, SimFile file, ReadOnlyMemory<byte> bytes, SeededScheduler process)
    {
        int first = _random.Below(bytes.Length + 1);
        file.Append(bytes.Span[..first]);
        await PassAsync(profile.Transfer(_random, bytes.Length), process);
        Require(path, DiskTrouble.Full);
        file.Append(bytes.Span[first..]);
        file.ModifiedMs = SimTime.UnixMsOf(world);
        return bytes.Length;
    }

    internal async Task<int> FlushAsync(string path, SimFile file, SeededScheduler process)
    {
        await PassAsync(profile.Flush(_random), process);
        Require(path, DiskTrouble.RefusesFlushes);
        file.Flush();
        return 0;
    }

    internal async Task<int> ReadAsync(SimFile file, int from, Memory<byte> into, SeededScheduler process)
    {
        int count = Math.Min(Math.Min(into.Length, file.Length - from), 1 + _random.Below(profile.ReadBytesMax));
        await PassAsync(profile.Transfer(_random, count), process);
        file.Bytes.Slice(from, count).CopyTo(into.Span);
        return count;
    }

    private Task PassAsync(TimeSpan time, SeededScheduler process) =>
        world.Delay(new TimeSpan(Math.Max(time.Ticks, _stalledUntilTicks - world.NowTicks)), process);

    private void Require(string path, DiskTrouble trouble)
    {
        if (_troubledUntilTicks.GetValueOrDefault(trouble) <= world.NowTicks)
            return;
        world.Note($"disk: {trouble} at '{path}'");
        throw new DiskTroubleException(path, trouble);
    }

    private void Change(NameChange change)
    {
        world.Note($"disk: {change}");
        change.ApplyTo(_names);
        _unflushed.Add(change);
    }

    // dump-<time>-0001.dfs belongs to dump-<time>-summary.dfs.
    private bool IsOrphan(string name) =>
        name.EndsWith(".dfs", StringComparison.Ordinal) && !_names.ContainsKey(string.Concat(name.AsSpan(0, name.LastIndexOf('-')), "-summary.dfs"));

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".";

    /// <summary>A name is given to a file, taken from another name, or goes.</summary>
    private sealed record NameChange(string Name, SimFile? File, string? From)
    {
        public void ApplyTo(SortedDictionary<string, SimFile> names)
        {
            if (From is not null)
                names.Remove(From);
            if (File is null)
                names.Remove(Name);
            else
                names[Name] = File;
        }

        public override string ToString() => File is null ? $"'{Name}' removed" : From is null ? $"'{Name}' made" : $"'{From}' renamed to '{Name}', {File.Length} bytes";
    }
}
