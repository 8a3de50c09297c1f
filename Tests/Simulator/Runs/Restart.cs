using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>
/// What comes after a process with a disk has ended, in whatever way: new processes of the same machine, with other shards, load what is there. It is a whole
/// snapshot, of the cut that was published last or of a later one; the first such process may be stopped while it loads.
/// </summary>
internal sealed class Restart(SimWorld world, SnapshotSetting setting, SimDisk disk, SnapshotHistory history, Oracle oracle)
{
    private static readonly string[] KnownReasons = ["FLUSHALL", "the store stops", DiskTroubleException.Words, "while the shard's intake waited", "It took no message from", "the stop has passed stage"];

    private readonly List<SimProcess> _processes = [];
    private readonly LoadJudge _judge = new(history, oracle);

    /// <summary>The processes, oldest first.</summary>
    public IReadOnlyList<SimProcess> Processes => _processes;

    /// <summary>Lets them live; <paramref name="final"/> is what the clients know if the stop has saved it.</summary>
    public async Task RunAsync(ProcessOptions first, Action<FinalImage>? final)
    {
        disk.Heal();
        // Clients know nothing of what comes now: it shows a moment that an earlier cut shows.
        history.Mark = () => [];
        foreach (string reason in history.Failures.Where(reason => !KnownReasons.Any(known => reason.Contains(known, StringComparison.Ordinal))))
            oracle.Report(Wrong.Faulted, $"a snapshot failed without a reason of the run: {reason}");
        ProcessOptions options = first with { Shards = setting.ShardsAfter };
        if (setting.StopsLoadAfterUs >= 0)
            await StopWhileItLoadsAsync(await StartAsync(options));
        await LoadAsync(await StartAsync(options), final);
    }

    private async Task<SimProcess> StartAsync(ProcessOptions options)
    {
        SeededScheduler machine = new(world, string.Create(CultureInfo.InvariantCulture, $"server {_processes.Count + 2}"));
        await machine.Run(() =>
        {
            _processes.Add(SimProcess.Start(world, machine, options));
            return Task.CompletedTask;
        });
        return _processes[^1];
    }

    // It may have loaded before: then it saves what it has, which is what was saved.
    private async Task StopWhileItLoadsAsync(SimProcess process)
    {
        Cut[] before = [.. history.Cuts];
        Cut? published = history.Published;
        world.After(TimeSpan.FromMicroseconds(setting.StopsLoadAfterUs), process.Scheduler, () => process.RequestStop(new StopRequest("stopped while it loads", Now: false)));
        await process.Ended;
        process.Exit();
        _judge.JudgeEnd(process, published);
        if (process.LoadEnd != LoadEnd.Whole)
            return;
        foreach (Cut cut in history.Cuts.Skip(before.Length).Where(cut => !before.Any(known => known.State.DifferenceFrom(cut.State, process.Engine.NowMs()) is null)))
            oracle.Report(Wrong.Torn, $"what was loaded and saved as cut {cut.Number} is the store at no cut");
    }

    private async Task LoadAsync(SimProcess process, Action<FinalImage>? final)
    {
        await process.Loading;
        _judge.JudgeEnd(process, history.Published);
        if (process.LoadEnd == LoadEnd.Whole)
            await JudgeStateAsync(process, final);
        await process.Scheduler.Run(() =>
        {
            process.RequestStop(new StopRequest("the end of the run", Now: false, Save: false));
            return process.Ended;
        });
        process.Exit();
    }

    private async Task JudgeStateAsync(SimProcess process, Action<FinalImage>? final)
    {
        IReadOnlyList<Cut> same = await _judge.JudgeStateAsync(process, history.Published);
        FinalImage? image = null;
        await process.Scheduler.Run(async () => image = await FinalImage.ReadAsync(process.Engine));
        foreach (Action<Oracle, FinalImage> judge in same.SelectMany(shown => shown.Marks))
            judge(oracle, image!);
        final?.Invoke(image!);
    }
}
