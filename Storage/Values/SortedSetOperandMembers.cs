using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Storage.Values;

/// <summary>Walks the members of a sorted set or a set with their weighted scores. Made, it stands before the first member.</summary>
public ref struct SortedSetOperandMembers
{
    private readonly bool _isSet;
    private readonly double _weight;
    private SortedSetReader _entries;
    private SetMembers _members;

    internal SortedSetOperandMembers(SortedSetReader entries, double weight)
    {
        _entries = entries;
        _weight = weight;
    }

    internal SortedSetOperandMembers(SetMembers members, double weight)
    {
        _members = members;
        _weight = weight;
        _isSet = true;
    }

    /// <summary>The member that the walk is at; good until the next step.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Current => _isSet ? _members.Current : _entries.Member;

    /// <summary>Its weighted score.</summary>
    public readonly double Score => SortedSetOperand.Weigh(_isSet ? 1 : _entries.Score, _weight);

    /// <summary>To the next member; false behind the last.</summary>
    public bool MoveNext() => _isSet ? _members.MoveNext() : _entries.MoveNext();
}
