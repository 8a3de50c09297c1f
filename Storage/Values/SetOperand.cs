using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>One of the sets that set algebra works on; the default value is that of a key that is not there, an empty one. Good while nothing is changed.</summary>
public readonly struct SetOperand
{
    private readonly Database? _database;
    private readonly Slot _slot;

    /// <summary>The set of a record.</summary>
    public SetOperand(Database database, Slot slot)
    {
        _database = database;
        _slot = slot;
        Count = SetValue.Count(database, slot);
    }

    /// <summary>Members.</summary>
    public long Count { get; }

    /// <summary>A walk of the members.</summary>
    public SetMembers Members => _database is null ? default : new SetMembers(_database, _slot);

    /// <summary>Whether a member is there.</summary>
    public bool Contains(ReadOnlySpan<byte> member) => _database is not null && SetValue.Contains(_database, _slot, member);

    /// <summary>A walk of the members, each of which will be looked up in the first of these sets.</summary>
    internal SetMembers MembersFor(ReadOnlySpan<SetOperand> others)
    {
        SetMembers members = Members;
        if (others is [{ _database: { } database, _slot: var slot }, ..] && database.Table.Encoding(slot) == ValueEncoding.Object)
            members.LookAhead(SetValue.Table(database, slot).Records);
        return members;
    }

    /// <summary>Whether the member that a walk of another set is at is in this one; an integer needs no text for it.</summary>
    public bool Contains(ref SetMembers members)
    {
        if (_database is null)
            return false;
        return members.IsInteger && _database.Table.Encoding(_slot) == ValueEncoding.IntegerSet
            ? IntegerSet.TryFind(_database.Table.Value(_slot), members.Integer, out _)
            : SetValue.Contains(_database, _slot, members.Current);
    }
}
