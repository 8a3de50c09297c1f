using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>A big set: a table in the shard's arena whose records are members without a value.</summary>
public sealed class SetTableValue : LargeValue
{
    /// <summary>Managed bytes of this object and its table, about.</summary>
    private const int ManagedBytes = 192;

    private readonly Keyspace.Keyspace _keyspace;
    private MemberCompaction _compaction;
    private TableRemains? _remains;

    /// <summary>An empty set in a shard's memory.</summary>
    public SetTableValue(Keyspace.Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        _keyspace = keyspace;
        Records = new DashTable(keyspace.Arena);
        keyspace.ManagedBytes += ManagedBytes;
    }

    /// <inheritdoc />
    public override ValueKind Kind => ValueKind.Set;

    /// <inheritdoc />
    public override DashTable? Elements => Records;

    /// <inheritdoc />
    public override long MemoryBytes => Records.Statistics.TotalBytes + ManagedBytes;

    /// <summary>Members.</summary>
    public long Count => Records.Count;

    /// <summary>The members as keys of records.</summary>
    public DashTable Records { get; }

    /// <summary>Whether a member is there.</summary>
    public bool Contains(ReadOnlySpan<byte> member) => Records.TryFind(member, KeyHash.Of(member), out _);

    /// <summary>Adds a member; false if it was there.</summary>
    public bool Add(ReadOnlySpan<byte> member)
    {
        ulong hash = KeyHash.Of(member);
        if (Records.TryFind(member, hash, out _))
            return false;
        Records.Insert(member, hash, ValueKind.Set, ValueEncoding.Raw, 0);
        return true;
    }

    /// <summary>Removes a member; false if it was not there.</summary>
    public bool Remove(ReadOnlySpan<byte> member)
    {
        if (!Records.TryFind(member, KeyHash.Of(member), out Slot slot))
            return false;
        Remove(slot);
        return true;
    }

    /// <summary>Removes the member of a record; slots are void then.</summary>
    internal void Remove(Slot slot)
    {
        Records.Remove(slot);
        _compaction.Removed(Records);
    }

    /// <inheritdoc />
    public override LargeValue CopyTo(Keyspace.Keyspace target)
    {
        SetTableValue copy = new(target);
        SetMembers members = new(this);
        while (members.MoveNext())
            copy.Add(members.Current);
        return copy;
    }

    /// <inheritdoc />
    public override bool FreeSome(ref long pieces)
    {
        if (_remains is null)
        {
            _remains = Records.Detach();
            _keyspace.ManagedBytes -= ManagedBytes;
        }

        return _remains.FreeSome(ref pieces);
    }
}
