// Concurrency rule: see SeededScheduler. A step is one choice: run one of the tasks that are ready, or let time go on to the next thing that is due.

namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>Time, tasks and chance of one simulated run. Everything that happens is a step, and which step comes next is the seed's choice.</summary>
internal sealed class SimWorld
{
    // Time also passes while tasks wait, as on a busy machine; so a timer may come before what was ready earlier.
    private const double TimePassesShare = 0.03;
    private const int StepTicksMax = 300;

    /// <summary>A machine that is busy for longer, again and again, would make a stop look stuck that has a little work to do.</summary>
    public static readonly TimeSpan UsualBusyMax = TimeSpan.FromMilliseconds(50);

    private readonly List<(SeededScheduler Owner, Task Task)> _ready = [];
    private readonly PriorityQueue<(SeededScheduler Owner, Action Action), (long DueTicks, long Sequence)> _agenda = new();
    private readonly SimRandom _choices;
    private readonly List<string> _faults = [];
    private long _sequence;

    public SimWorld(ulong seed, TextWriter? told)
    {
        Seed = seed;
        Trace = new TraceHash(told);
        _choices = SimRandom.Of(seed, "choices");
    }

    public ulong Seed { get; }

    public TraceHash Trace { get; }

    /// <summary>Time since the world began, in units of 100 ns.</summary>
    public long NowTicks { get; private set; }

    public long NowMs => NowTicks / TimeSpan.TicksPerMillisecond;

    public long Steps { get; private set; }

    /// <summary>How long the machine may be too busy for the tasks that are ready, at most: a time that is passed over so counts like any other.</summary>
    public TimeSpan BusyMax { get; init; } = TimeSpan.MaxValue;

    /// <summary>The thread that runs the world now.</summary>
    public int ThreadId { get; set; }

    /// <summary>What went wrong inside the world itself: an exception of a part of it, a task from outside.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>A stream of random numbers of its own for each name.</summary>
    public SimRandom RandomOf(string name) => SimRandom.Of(Seed, name);

    /// <summary>Notes what happened.</summary>
    public void Note(string text) => Trace.Event(NowTicks, text);

    /// <summary>Has <paramref name="action"/> run as a task of <paramref name="owner"/> when so much time has passed.</summary>
    public void After(TimeSpan delay, SeededScheduler owner, Action action) =>
        _agenda.Enqueue((owner, action), (NowTicks + Math.Max(0, delay.Ticks), _sequence++));

    /// <summary>Waits for time to pass, on the scheduler of the caller.</summary>
    public Task Delay(TimeSpan delay, SeededScheduler owner)
    {
        TaskCompletionSource passed = new();
        After(delay, owner, passed.SetResult);
        return passed.Task;
    }

    /// <summary>Makes one step; false if there is none to make.</summary>
    public bool Step()
    {
        Steps++;
        NowTicks += _choices.Below(StepTicksMax);
        if (_ready.Count == 0 || (_agenda.Count > 0 && _choices.Chance(TimePassesShare) && IsNextWithin(BusyMax)))
            return PassTime();
        int chosen = _choices.Below(_ready.Count);
        (SeededScheduler owner, Task task) = _ready[chosen];
        Trace.Add((ulong)chosen, (ulong)_ready.Count);
        _ready[chosen] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        owner.Execute(task);
        return true;
    }

    public void Fail(string what)
    {
        Note($"FAULT {what}");
        _faults.Add(what);
    }

    internal void Enqueue(SeededScheduler owner, Task task)
    {
        if (Environment.CurrentManagedThreadId != ThreadId)
            _faults.Add($"a task of {owner.Name} was queued by a thread outside the world");
        _ready.Add((owner, task));
    }

    internal void Forget(SeededScheduler owner) => _ready.RemoveAll(entry => ReferenceEquals(entry.Owner, owner));

    internal IEnumerable<Task> ReadyOf(SeededScheduler owner) => [.. _ready.Where(entry => ReferenceEquals(entry.Owner, owner)).Select(entry => entry.Task)];

    internal void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception thrown)
        {
            Fail($"{thrown.GetType().Name} in a step: {thrown.Message} {FirstFrame(thrown)}");
        }
    }

    internal async Task GuardAsync(Func<Task> part)
    {
        try
        {
            await part();
        }
        catch (Exception thrown)
        {
            Fail($"{thrown.GetType().Name} in a part of the world: {thrown.Message} {FirstFrame(thrown)}");
        }
    }

    private static string FirstFrame(Exception thrown) => thrown.StackTrace?.Split('\n')[0].Trim() ?? string.Empty;

    private bool IsNextWithin(TimeSpan time) =>
        time == TimeSpan.MaxValue || (_agenda.TryPeek(out _, out (long DueTicks, long Sequence) next) && next.DueTicks - NowTicks <= time.Ticks);

    private bool PassTime()
    {
        if (!_agenda.TryDequeue(out (SeededScheduler Owner, Action Action) due, out (long DueTicks, long Sequence) at))
            return false;
        NowTicks = Math.Max(NowTicks, at.DueTicks);
        Trace.Add((ulong)NowTicks);
        if (!due.Owner.IsDead)
            due.Owner.Post(due.Action);
        return true;
    }
}
