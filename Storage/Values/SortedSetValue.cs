using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A big sorted set: a table of members, whose records have the score as value, and a tree of scores and records. Both live in the shard's arena.
/// </summary>
public sealed class SortedSetValue : LargeValue
{
    /// <summary>Managed bytes of this object and its parts, about.</summary>
    private const int ManagedBytes = 320;

    private readonly Keyspace.Keyspace _keyspace;
    private readonly DashTable _members;
    private MemberCompaction _compaction;
    private TableRemains? _remains;

    /// <summary>An empty sorted set in a shard's memory.</summary>
    public SortedSetValue(Keyspace.Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        _keyspace = keyspace;
        _members = new DashTable(keyspace.Arena);
        Order = new ScoreTree(keyspace.Arena, _members);
        keyspace.ManagedBytes += ManagedBytes;
    }

    /// <inheritdoc />
    public override ValueKind Kind => ValueKind.SortedSet;

    /// <inheritdoc />
    public override DashTable? Elements => _members;

    /// <inheritdoc />
    public override long MemoryBytes => _members.Statistics.TotalBytes + Order.NodeBytes + ManagedBytes;

    /// <summary>Members.</summary>
    public long Count => _members.Count;

    /// <summary>Members by score.</summary>
    internal ScoreTree Order { get; }

    /// <summary>Members as keys of records.</summary>
    internal DashTable Members => _members;

    /// <summary>Finds the score of a member.</summary>
    public bool TryGet(ReadOnlySpan<byte> member, out double score) => TryFind(member, KeyHash.Of(member), out _, out score);

    /// <summary>Gives a member a score, whether it is there or not.</summary>
    public void Set(ReadOnlySpan<byte> member, double score)
    {
        ulong hash = KeyHash.Of(member);
        if (TryFind(member, hash, out Slot slot, out double old))
            Update(slot, old, score);
        else
            Add(member, hash, score);
    }

    /// <summary>Removes a member; false if it was not there.</summary>
    public bool Remove(ReadOnlySpan<byte> member)
    {
        if (!TryFind(member, KeyHash.Of(member), out Slot slot, out double score))
            return false;
        Remove(slot, score);
        return true;
    }

    /// <summary>Members before a place: the rank of the first one behind it.</summary>
    public long CountBefore(in SortedSetBound bound) => Order.CountBefore(bound);

    /// <summary>Reads from a rank in 0..Count-1 on, upwards or downwards.</summary>
    public SortedSetReader Read(long rank, bool backward = false)
    {
        uint leaf = Order.LeafOf(rank, out int index);
        return new SortedSetReader(Order, leaf, index, backward);
    }

    /// <summary>Moves a cursor (<see cref="DashTable.Scan"/>) on, adding members.</summary>
    public ulong Scan(ulong cursor, List<Slot> into) => _members.Scan(cursor, into);

    /// <summary>The member of a slot that a scan found.</summary>
    public ReadOnlySpan<byte> MemberOf(Slot slot) => _members.Key(slot);

    /// <summary>The score of a slot that a scan found.</summary>
    public double ScoreOf(Slot slot) => MemoryMarshal.Read<double>(_members.Value(slot));

    /// <inheritdoc />
    public override LargeValue CopyTo(Keyspace.Keyspace target)
    {
        SortedSetValue copy = new(target);
        if (Count == 0)
            return copy;
        SortedSetReader reader = Read(0);
        while (reader.MoveNext())
            copy.Add(reader.Member, KeyHash.Of(reader.Member), reader.Score);
        return copy;
    }

    internal bool TryFind(ReadOnlySpan<byte> member, ulong hash, out Slot slot, out double score)
    {
        bool found = _members.TryFind(member, hash, out slot);
        score = found ? ScoreOf(slot) : 0;
        return found;
    }

    internal void Add(ReadOnlySpan<byte> member, ulong hash, double score)
    {
        Slot slot = _members.Insert(member, hash, ValueKind.SortedSet, ValueEncoding.Raw, sizeof(double));
        MemoryMarshal.Write(_members.Value(slot), score);
        Order.Insert(score, _members.RecordHandle(slot));
    }

    internal void Update(Slot slot, double old, double score)
    {
        if (old == score)
            return;
        Order.Move(old, score, _members.RecordHandle(slot));
        MemoryMarshal.Write(_members.Value(slot), score);
    }

    internal void Remove(Slot slot, double score)
    {
        Order.Remove(score, _members.RecordHandle(slot));
        _members.Remove(slot);
        _compaction.Removed(_members);
    }

    internal void RemoveRange(long rank, long count)
    {
        for (; count > 0; count--)
        {
            uint leaf = Order.LeafOf(rank, out int index);
            ReadOnlySpan<byte> member = Order.MemberOf(Order.Node(leaf).Handles[index]);
            Remove(member);
        }
    }

    /// <inheritdoc />
    public override bool FreeSome(ref long pieces)
    {
        if (_remains is null)
        {
            _remains = _members.Detach();
            _keyspace.ManagedBytes -= ManagedBytes;
        }

        return Order.FreeSome(ref pieces) || _remains.FreeSome(ref pieces);
    }
}
