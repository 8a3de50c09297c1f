using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// One of the sets that sorted set algebra works on: a sorted set, or a plain set whose members all have the score 1. The default value is that of a key that
/// is not there, an empty one. Good while nothing is changed.
/// </summary>
public readonly struct SortedSetOperand
{
    private readonly Database? _database;
    private readonly Slot _slot;
    private readonly SetOperand _set;

    /// <summary>The sorted set or set of a record.</summary>
    public SortedSetOperand(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        Weight = 1;
        if (database.Table.Kind(slot) == ValueKind.Set)
        {
            _set = new SetOperand(database, slot);
            Count = _set.Count;
            return;
        }

        _database = database;
        _slot = slot;
        Count = new RecordSortedSet(database, slot).Count;
    }

    /// <summary>What scores are multiplied by.</summary>
    public double Weight { get; init; }

    /// <summary>Members.</summary>
    public long Count { get; }

    /// <summary>A walk of the members.</summary>
    public SortedSetOperandMembers Members
        => _database is null || Count == 0
            ? new SortedSetOperandMembers(_set.Members, Weight)
            : new SortedSetOperandMembers(new RecordSortedSet(_database, _slot).Read(0), Weight);

    /// <summary>Finds the weighted score of a member.</summary>
    public bool TryGet(ReadOnlySpan<byte> member, out double score)
    {
        if (_database is null)
        {
            score = Weigh(1, Weight);
            return _set.Contains(member);
        }

        SortedSetPlace place = new RecordSortedSet(_database, _slot).Find(member);
        score = Weigh(place.Score, Weight);
        return place.Exists;
    }

    // Zero times infinity counts as zero, as in Redis.
    internal static double Weigh(double score, double weight)
    {
        double weighted = score * weight;
        return double.IsNaN(weighted) ? 0 : weighted;
    }
}
