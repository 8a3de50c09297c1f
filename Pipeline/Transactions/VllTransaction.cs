// Concurrency rule: a transaction is driven by steps. A step sends parts to shards; each answers once; whoever brings the last answer drives the next step,
// from outside the shards (Resumptions), so that a long row of waiting transactions is no deep stack. While answers are out only the parts and _pending are
// touched; a reader of what parts have found reads it behind the last answer.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// A transaction under VLL: schedule on every shard, or withdraw from all and come again; then hops, or one passage that holds all shards; the last hop
/// concludes. Once it is scheduled nothing is rolled back.
/// </summary>
internal sealed class VllTransaction : Passage, IResumable
{
    private readonly Vll _control;
    private readonly VllPart[] _parts;
    private readonly int _hops;
    private List<KeyLock>? _locks;
    private Step _step;
    private int _pending;
    private Exception? _refusal;

    public VllTransaction(Vll control, ShardBlock[] shards, IMultiShardWork work)
        : base(shards)
    {
        _control = control;
        Work = work;
        _parts = new VllPart[BitOperations.PopCount(work.ShardMask)];
        int at = 0;
        for (ulong rest = work.ShardMask; rest != 0; rest &= rest - 1)
        {
            ShardBlock shard = shards[BitOperations.TrailingZeroCount(rest)];
            _parts[at++] = new VllPart(this, shard, control.ScheduleOf(shard));
        }

        _hops = _parts.Length == 1 ? 0 : work.PrepareHops();
        _step = _parts.Length == 1 ? Step.Alone : Step.Schedule;
    }

    private enum Step
    {
        Alone,
        Schedule,
        Judge,
        Run,
        Hop,
        Retry,
        Conclude,
    }

    /// <summary>What it does.</summary>
    public IMultiShardWork Work { get; }

    /// <summary>Its id on this attempt.</summary>
    public ulong Id { get; private set; }

    /// <summary>The hop that runs, from 0.</summary>
    public int Hop { get; private set; } = -1;

    /// <summary>Whether the hop that runs concludes on its shard.</summary>
    public bool IsLastHop => Hop == _hops - 1;

    /// <summary>Whether the part is that of the transaction's first shard, which counts for all.</summary>
    public bool IsFirst(VllPart part) => ReferenceEquals(part, _parts[0]);

    public void Resume() => Go();

    /// <summary>Drives it as far as it goes without waiting. Outside the shards.</summary>
    public void Go()
    {
        do
        {
            switch (_step)
            {
                case Step.Alone:
                    Send(PartTask.Alone, Step.Conclude, static _ => true);
                    break;
                case Step.Schedule:
                    Schedule();
                    break;
                case Step.Judge:
                    Judge();
                    break;
                case Step.Run:
                    if (_refusal is null)
                    {
                        SetOut(Work.ShardMask);
                        return;
                    }

                    Withdraw(Step.Conclude);
                    break;
                case Step.Hop:
                    NextHop();
                    break;
                case Step.Retry:
                    _control.CountRetry();
                    Schedule();
                    break;
                default:
                    Conclude();
                    return;
            }
        }
        while (Interlocked.Decrement(ref _pending) == 0);
    }

    /// <summary>A part has done what it was sent for. On the part's shard.</summary>
    public void Answered()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            Resumptions.Add(this);
    }

    /// <summary>A shard has faulted or completed: the work is refused when all parts have answered. Any of its shards.</summary>
    public void NoteRefusal(Exception reason) => Interlocked.CompareExchange(ref _refusal, reason, null);

    /// <summary>Of a transaction of one shard: its entry, with the locks that were not needed so far.</summary>
    public ScheduleEntry EntryWithLocks(VllPart part)
    {
        NameLocks();
        return part.Entry;
    }

    /// <inheritdoc />
    protected override bool Enter(ShardBlock shard) => shard.PostScheduled(this);

    /// <inheritdoc />
    protected override void RunHeld()
    {
        foreach (VllPart part in _parts)
            _control.ScheduleOf(part.Shard).Commit(part.Entry);
        Work.Run();
    }

    /// <inheritdoc />
    protected override void Leave(ShardBlock shard) => _control.ScheduleOf(shard).Poll();

    /// <inheritdoc />
    protected override void Passed(ShardBlock last)
    {
        last.Transactions.CountConcluded(Work.IsGlobal);
        Work.Concluded();
    }

    /// <inheritdoc />
    protected override void Turned(Exception reason)
    {
        NoteRefusal(reason);
        // The step is Run still, which withdraws now.
        Resumptions.Add(this);
    }

    private void Schedule()
    {
        NameLocks();
        Id = _control.NextId();
        Send(PartTask.Schedule, Step.Judge, static _ => true);
    }

    private void Judge()
    {
        bool isScheduled = true, isGranted = true;
        foreach (VllPart part in _parts)
        {
            isScheduled &= part.Entry.IsIn;
            isGranted &= part.Entry.IsGranted;
        }

        if (_refusal is not null || !isScheduled)
            Withdraw(_refusal is null ? Step.Retry : Step.Conclude);
        else if (_hops > 0)
            NextHop();
        else if (isGranted)
            Send(PartTask.Await, Step.Run, static _ => false);
        else
            Send(PartTask.Await, Step.Run, static part => !part.Entry.IsGranted);
    }

    private void NextHop()
    {
        Hop++;
        if (_refusal is not null)
            Withdraw(Step.Conclude);
        else
            Send(PartTask.Hop, IsLastHop ? Step.Conclude : Step.Hop, static part => part.Entry.IsIn);
    }

    private void Withdraw(Step then) => Send(PartTask.Withdraw, then, static part => part.Entry.IsIn);

    private void Conclude()
    {
        if (_refusal is { } refusal)
            Work.Refuse(refusal);
        Work.Concluded();
    }

    // One answer is this method's caller's own, so that no next step begins before all parts are sent.
    private void Send(PartTask task, Step then, Predicate<VllPart> isMeant)
    {
        ulong meant = 0;
        for (int i = 0; i < _parts.Length; i++)
            meant |= isMeant(_parts[i]) ? 1UL << i : 0;
        _step = then;
        Volatile.Write(ref _pending, BitOperations.PopCount(meant) + 1);
        for (; meant != 0; meant &= meant - 1)
        {
            if (_parts[BitOperations.TrailingZeroCount(meant)].Send(task))
                continue;
            NoteRefusal(new OperationCanceledException("The shard is completed."));
            Interlocked.Decrement(ref _pending);
        }
    }

    private void NameLocks()
    {
        if (_locks is not null)
            return;
        _locks = [];
        if (!Work.IsGlobal)
            Work.AddLocks(_locks);
        KeyLocks.SortOnce(_locks);
        ShareLocks(_locks);
    }

    private void ShareLocks(List<KeyLock> locks)
    {
        int at = 0;
        foreach (VllPart part in _parts)
        {
            ScheduleEntry entry = part.Entry;
            entry.IsWhole = Work.IsGlobal;
            entry.Locks = locks;
            entry.From = at;
            while (at < locks.Count && locks[at].Shard == part.Shard.Index)
                at++;
            entry.Count = at - entry.From;
        }
    }
}
