// Each watching thread writes the list of its own core; they are read after all have ended.

namespace DragonflyFlow.Perf.Host;

/// <summary>
/// Finds the times in which a core ran nobody: a thread of real-time priority on each sleeps a millisecond at a time, and when it wakes late the hypervisor had stopped the core,
/// or the kernel did not let go of it. No server can answer meanwhile. Where that priority is not permitted it finds nothing, since lateness then says nothing.
/// </summary>
internal sealed class CoreWatch(TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(0.5);

    private readonly List<Stop>[] _stops = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, 64)).Select(static _ => new List<Stop>())];

    /// <summary>How many cores it watches.</summary>
    public int Cores => _stops.Length;

    /// <summary>The longest stop of a core, in milliseconds.</summary>
    public double LongestMs => _stops.SelectMany(static core => core).Select(stop => MsBetween(stop.From, stop.To)).DefaultIfEmpty().Max();

    /// <summary>Watches until <paramref name="stop"/> is cancelled.</summary>
    public Task RunAsync(CancellationToken stop)
        => Task.WhenAll(Enumerable.Range(0, _stops.Length).Select(core
            => ProbeThread.RunAsync($"watch-{core}", () => Watch(core, stop))));

    /// <summary>How many milliseconds between two timestamps at least one core stood still.</summary>
    public double StoppedMsWithin(long from, long to)
    {
        double stopped = 0;
        long reached = from;
        foreach (Stop stop in _stops.SelectMany(static core => core).Where(stop => stop.To > from && stop.From < to).OrderBy(static stop => stop.From))
        {
            long begin = Math.Max(stop.From, reached), end = Math.Min(stop.To, to);
            if (end <= begin)
                continue;
            stopped += MsBetween(begin, end);
            reached = end;
        }

        return stopped;
    }

    /// <summary>For tests: a stop of a core.</summary>
    internal void Add(int core, long from, long to) => _stops[core].Add(new Stop(from, to));

    private void Watch(int core, CancellationToken stop)
    {
        if (!RealTimePriority.TryTake(core))
            return;
        while (!stop.IsCancellationRequested)
        {
            long slept = time.GetTimestamp();
            Thread.Sleep(Rest);
            TimeSpan late = time.GetElapsedTime(slept) - Rest;
            if (late > Usual)
                _stops[core].Add(new Stop(slept + Ticks(Rest), slept + Ticks(Rest + late)));
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private double MsBetween(long from, long to) => time.GetElapsedTime(from, to).TotalMilliseconds;

    private readonly record struct Stop(long From, long To);
}
