// Owner: the shard. While it has no entry it is not to be seen from the shard (ShardBlock.Schedule is null), so a store without contention pays one look.
// Why the order is right. Ids are taken from one counter. An entry comes to its place by id; if that means passing one that it conflicts with, or if a later
// id has already committed here, it is not taken: its transaction withdraws everywhere and comes again with a new id. So of two transactions that conflict,
// the one with the smaller id is first on every shard that they share. An entry whose locks were free when it came has no conflict in front of it, then or
// later (who comes later and conflicts is taken behind it only), and need not wait for the front.

using System.Runtime.InteropServices;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>The transactions that are scheduled on one shard, in the order of their ids, and the locks of their keys (VLL).</summary>
internal sealed class ShardSchedule(ShardBlock shard, TransactionIds ids)
{
    private readonly KeyLockTable _locks = new();
    private readonly List<KeyLock> _asked = [];
    private ScheduleEntry? _first;
    private ScheduleEntry? _last;
    private ulong _committed;
    private int _whole;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>Locked keys.</summary>
    public int LockedKeys => _locks.Count;

    /// <summary>The entry in front.</summary>
    public ScheduleEntry? First => _first;

    /// <summary>Whether a command may run now: no entry has a lock that stands against it.</summary>
    public bool Admits(CommandSource source, in BatchCommand command)
    {
        if (Count == 0)
            return true;
        if (_whole > 0 || (command.Queue is null ? command.Descriptor.UsesUnnamedKeys : command.Queue.UsesUnnamedKeys))
            return false;
        if (command.Queue is null && command.Descriptor.Keys.IsSingle)
            return _locks.IsFree(command.Hash, command.Descriptor.Has(Commands.CommandFlags.Write));
        _asked.Clear();
        HeldShards.AddLocks(source, command, _asked);
        return _locks.IsFree(CollectionsMarshal.AsSpan(_asked));
    }

    /// <summary>Whether the entry's locks are free.</summary>
    public bool IsFree(ScheduleEntry entry) => entry.IsWhole ? Count == 0 : _whole == 0 && _locks.IsFree(entry.Keys);

    /// <summary>Takes a place for a transaction over several shards; false if it has lost a race and has to withdraw.</summary>
    public bool TryAdd(ScheduleEntry entry, ulong id)
    {
        bool free = IsFree(entry);
        if (id <= _committed || (!free && _last is { } last && last.Id > id))
            return false;
        Insert(entry, id, free);
        return true;
    }

    /// <summary>Takes the last place, for a transaction of this shard alone; it is armed.</summary>
    public void Append(ScheduleEntry entry)
    {
        Insert(entry, ids.Next(), IsFree(entry));
        entry.IsArmed = true;
    }

    /// <summary>Gives up a place and its locks.</summary>
    public void Remove(ScheduleEntry entry)
    {
        if (!entry.IsIn)
            return;
        _locks.Release(entry.Keys);
        _whole -= entry.IsWhole ? 1 : 0;
        Unlink(entry);
        entry.IsIn = false;
        entry.IsArmed = false;
        if (--Count == 0)
            shard.Schedule = null;
    }

    /// <summary>As <see cref="Remove"/>, of a transaction that has run: nothing with a smaller id may come any more.</summary>
    public void Commit(ScheduleEntry entry)
    {
        if (entry.IsIn && !ReferenceEquals(entry, _first))
            shard.Transactions.OutOfOrder++;
        _committed = Math.Max(_committed, entry.Id);
        Remove(entry);
    }

    /// <summary>Gives their turn to those in front that wait for it.</summary>
    public void Poll()
    {
        while (_first is { IsArmed: true } first)
            first.Owner.Proceed(shard);
    }

    /// <summary>The shard has faulted: all are told and leave.</summary>
    public void RefuseAll(Exception reason)
    {
        while (_first is { } first)
        {
            bool waited = first.IsArmed;
            Remove(first);
            first.IsArmed = waited;
            first.Owner.RefuseScheduled(reason);
        }
    }

    private void Insert(ScheduleEntry entry, ulong id, bool free)
    {
        entry.Id = id;
        entry.IsGranted = free;
        entry.IsArmed = false;
        entry.IsIn = true;
        ScheduleEntry? before = _last;
        while (before is not null && before.Id > id)
            before = before.Before;
        Link(entry, before);
        _locks.Acquire(entry.Keys);
        _whole += entry.IsWhole ? 1 : 0;
        Count++;
        shard.Schedule = this;
    }

    private void Link(ScheduleEntry entry, ScheduleEntry? before)
    {
        ScheduleEntry? behind = before is null ? _first : before.Behind;
        entry.Before = before;
        entry.Behind = behind;
        if (before is null)
            _first = entry;
        else
            before.Behind = entry;
        if (behind is null)
            _last = entry;
        else
            behind.Before = entry;
    }

    private void Unlink(ScheduleEntry entry)
    {
        if (entry.Before is { } before)
            before.Behind = entry.Behind;
        else
            _first = entry.Behind;
        if (entry.Behind is { } behind)
            behind.Before = entry.Before;
        else
            _last = entry.Before;
        entry.Before = null;
        entry.Behind = null;
    }
}
