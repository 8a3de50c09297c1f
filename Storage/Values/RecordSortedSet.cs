using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The sorted set of one key, whichever form it has: a packed block in the record, or a <see cref="SortedSetValue"/> once it exceeds
/// <see cref="SortedSetLimits"/>; it does not go back. Good for as long as its slot is; one that has become empty is removed by <see cref="RemoveIfEmpty"/>.
/// </summary>
public ref struct RecordSortedSet
{
    private readonly Database _database;
    private Slot _slot;
    private SortedSetValue? _big;

    /// <summary>The sorted set of a record that is known to be one.</summary>
    public RecordSortedSet(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _slot = slot;
        if (database.Table.Encoding(slot) == ValueEncoding.Object)
            _big = database.Object<SortedSetValue>(slot);
    }

    /// <summary>Members.</summary>
    public readonly long Count => _big?.Count ?? PackedSortedSet.Count(Block);

    /// <summary>The big form, if it has that.</summary>
    internal readonly SortedSetValue? Big => _big;

    private readonly Span<byte> Block => _database.Table.Value(_slot);

    /// <summary>Makes an absent key an empty sorted set; at least one member has to follow.</summary>
    public static RecordSortedSet Create(Database database, ReadOnlySpan<byte> key, ulong hash)
        => new(database, PackedRecord.Create(database, key, hash, ValueKind.SortedSet));

    /// <summary>Makes an absent key a sorted set that has been built in the same shard and is not empty; it goes into a block if it is small.</summary>
    public static void Store(Database database, ReadOnlySpan<byte> key, ulong hash, SortedSetValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!IsSmall(value))
        {
            ArgumentNullException.ThrowIfNull(database);
            database.CreateObject(key, hash, value);
            return;
        }

        RecordSortedSet target = Create(database, key, hash);
        SortedSetReader reader = value.Read(0);
        while (reader.MoveNext())
            PackedSortedSet.Add(database, ref target._slot, reader.Member, reader.Score);
        value.Dispose();
    }

    /// <summary>Looks for a member; the place is good until the next change.</summary>
    public readonly SortedSetPlace Find(ReadOnlySpan<byte> member)
    {
        if (_big is not null)
        {
            ulong hash = KeyHash.Of(member);
            bool found = _big.TryFind(member, hash, out Slot slot, out double score);
            return new SortedSetPlace(found, score) { Hash = hash, Slot = slot };
        }

        ReadOnlySpan<byte> block = Block;
        int position = PackedSortedSet.Find(block, member);
        return position < 0 ? default : new SortedSetPlace(true, PackedSortedSet.ScoreAt(block, position)) { Position = position };
    }

    /// <summary>Gives a member a score; <paramref name="place"/> is what <see cref="Find"/> said of it.</summary>
    public void Put(ReadOnlySpan<byte> member, in SortedSetPlace place, double score)
    {
        if (_big is not null)
        {
            if (place.Exists)
                _big.Update(place.Slot, place.Score, score);
            else
                _big.Add(member, place.Hash, score);
        }
        else if (place.Exists)
        {
            if (place.Score != score)
                PackedSortedSet.Update(Block, place.Position, member, score);
        }
        else if (member.Length > SortedSetLimits.MemberBytesMax || Count >= SortedSetLimits.MembersMax)
        {
            Grow().Add(member, KeyHash.Of(member), score);
        }
        else
        {
            PackedSortedSet.Add(_database, ref _slot, member, score);
        }
    }

    /// <summary>Removes a member that <see cref="Find"/> has found.</summary>
    public void Remove(in SortedSetPlace place)
    {
        if (_big is not null)
            _big.Remove(place.Slot, place.Score);
        else
            PackedRecord.Remove(_database, ref _slot, place.Position, entries: 2);
    }

    /// <summary>Removes the members of a range of ranks, which must lie in the set.</summary>
    public void RemoveRange(long rank, long count)
    {
        if (count == 0)
            return;
        if (_big is not null)
            _big.RemoveRange(rank, count);
        else
            PackedRecord.Remove(_database, ref _slot, PackedSortedSet.PositionOf(Block, (int)rank), (int)count * 2);
    }

    /// <summary>Members before a place: the rank of the first one behind it.</summary>
    public readonly long CountBefore(in SortedSetBound bound)
        => _big is not null ? _big.CountBefore(bound) : PackedSortedSet.CountBefore(Block, bound, out _);

    /// <summary>Reads from a rank in 0..Count-1 on, upwards or downwards.</summary>
    public readonly SortedSetReader Read(long rank, bool backward = false)
        => _big is not null ? _big.Read(rank, backward) : new SortedSetReader(Block, (int)rank, backward);

    /// <summary>Removes the key if the set is empty; true if it was. The set must not be used any more then.</summary>
    public readonly bool RemoveIfEmpty()
    {
        if (Count > 0)
            return false;
        _database.Remove(_slot);
        return true;
    }

    private static bool IsSmall(SortedSetValue value)
    {
        if (value.Count > SortedSetLimits.MembersMax)
            return false;
        SortedSetReader reader = value.Read(0);
        while (reader.MoveNext())
        {
            if (reader.Member.Length > SortedSetLimits.MemberBytesMax)
                return false;
        }

        return true;
    }

    private SortedSetValue Grow()
    {
        SortedSetValue big = new(_database.Keyspace);
        SortedSetReader reader = Read(0);
        while (reader.MoveNext())
            big.Add(reader.Member, KeyHash.Of(reader.Member), reader.Score);
        _database.PutObject(ref _slot, big);
        return _big = big;
    }
}
