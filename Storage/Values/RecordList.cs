using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The list of one key, whichever form it has: a packed block in the record, or a <see cref="ListValue"/> once it exceeds <see cref="ListLimits"/>. Changes
/// turn one form into the other. Good for as long as its slot is; a list that has become empty is removed by <see cref="RemoveIfEmpty"/>.
/// </summary>
public ref struct RecordList
{
    // A list goes back to the small form at half of the limit, so that it does not flutter at the border.
    private const int ShrinkShare = 2;

    private readonly Database _database;
    private Slot _slot;
    private ListValue? _big;

    /// <summary>The list of a record that is known to be one.</summary>
    public RecordList(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _slot = slot;
        if (database.Table.Encoding(slot) == ValueEncoding.Object)
            _big = database.Object<ListValue>(slot);
    }

    /// <summary>Elements.</summary>
    public readonly long Count => _big?.Count ?? PackedBlock.Count(Block);

    private readonly Span<byte> Block => _database.Table.Value(_slot);

    /// <summary>Makes an absent key an empty list; at least one element has to follow.</summary>
    public static RecordList Create(Database database, ReadOnlySpan<byte> key, ulong hash)
        => new(database, PackedRecord.Create(database, key, hash, ValueKind.List));

    /// <summary>Adds an element at an end.</summary>
    public void Push(ListEnd end, ReadOnlySpan<byte> value)
    {
        MakeRoom(value.Length);
        if (_big is not null)
            _big.Push(end, value);
        else
            PackedRecord.Insert(_database, ref _slot, end == ListEnd.Left ? PackedBlock.HeaderBytes : Block.Length, value);
    }

    /// <summary>The element at an end; the list is not empty.</summary>
    public readonly ReadOnlySpan<byte> Peek(ListEnd end)
    {
        if (_big is not null)
            return _big.Peek(end);
        ReadOnlySpan<byte> block = Block;
        return PackedBlock.Read(block, end == ListEnd.Left ? PackedBlock.HeaderBytes : PackedBlock.Previous(block, block.Length));
    }

    /// <summary>Removes elements at an end, as many as there are at most.</summary>
    public void Pop(ListEnd end, long count = 1)
    {
        if (count == 1 && _big is not null)
        {
            _big.Pop(end);
            Shrink();
            return;
        }

        count = Math.Min(count, Count);
        RemoveRange(end == ListEnd.Left ? 0 : Count - count, count);
    }

    /// <summary>Reads from an element on; the index must be in 0..Count-1.</summary>
    public readonly ListReader Read(long index, bool backward = false)
        => _big is not null ? _big.Read(index, backward) : new ListReader(Block, (int)index, backward);

    /// <summary>Adds an element before the one with an index in 0..Count.</summary>
    public void Insert(long index, ReadOnlySpan<byte> value)
    {
        MakeRoom(value.Length);
        if (_big is not null)
            _big.Insert(index, value);
        else
            PackedRecord.Insert(_database, ref _slot, PositionOf(index), value);
    }

    /// <summary>Replaces the element with an index in 0..Count-1.</summary>
    public void Replace(long index, ReadOnlySpan<byte> value)
    {
        MakeRoom(value.Length, added: 0);
        if (_big is not null)
        {
            _big.Replace(index, value);
            Shrink();
            return;
        }

        PackedRecord.Replace(_database, ref _slot, PositionOf(index), value);
    }

    /// <summary>Removes elements; the range must lie in the list.</summary>
    public void RemoveRange(long index, long count)
    {
        if (_big is not null)
        {
            _big.RemoveRange(index, count);
            Shrink();
        }
        else if (count > 0)
        {
            PackedRecord.Remove(_database, ref _slot, PositionOf(index), (int)count);
        }
    }

    /// <summary>Removes up to <paramref name="limit"/> elements that equal a value, from the left or the right end on; how many there were.</summary>
    public long RemoveMatches(ReadOnlySpan<byte> value, long limit, bool backward)
    {
        if (_big is not null)
        {
            long removed = _big.RemoveMatches(value, limit, backward);
            Shrink();
            return removed;
        }

        Span<byte> block = Block;
        int matches = ListRun.CountMatches(block, PackedBlock.HeaderBytes, block.Length, value);
        int take = (int)Math.Min(matches, limit);
        if (take == 0)
            return 0;
        int end = ListRun.RemoveMatches(block, PackedBlock.HeaderBytes, block.Length, value, backward ? matches - take : 0, take);
        PackedBlock.SetCount(block, PackedBlock.Count(block) - take);
        _database.Table.ResizeValue(ref _slot, end);
        return take;
    }

    /// <summary>Removes the key if the list is empty; true if it was. The list must not be used any more then.</summary>
    public readonly bool RemoveIfEmpty()
    {
        if (Count > 0)
            return false;
        _database.Remove(_slot);
        return true;
    }

    private readonly int PositionOf(long index)
    {
        ReadOnlySpan<byte> block = Block;
        return ListRun.PositionOf(block, PackedBlock.HeaderBytes, block.Length, PackedBlock.Count(block), (int)index);
    }

    // Before a value goes in: the small form gives way to the big one if it would exceed its limits.
    private void MakeRoom(int valueLength, int added = 1)
    {
        if (_big is not null)
            return;
        ReadOnlySpan<byte> block = Block;
        if (block.Length + PackedBlock.EntryBytes(valueLength) <= ListLimits.NodeBytes && PackedBlock.Count(block) + added <= ListLimits.PackedCountMax)
            return;
        ListValue big = new(_database.Keyspace);
        big.Append(block);
        _database.PutObject(ref _slot, big);
        _big = big;
    }

    // The empty list is left to RemoveIfEmpty.
    private void Shrink()
    {
        ListValue big = _big!;
        if (big.Count == 0 || big.Count > ListLimits.PackedCountMax / ShrinkShare || big.EntryBytes > ListLimits.NodeBytes / ShrinkShare)
            return;
        _database.TakeObject(_slot);
        Span<byte> block = _database.PutBytes(ref _slot, ValueKind.List, ValueEncoding.Packed, PackedBlock.HeaderBytes + (int)big.EntryBytes);
        PackedBlock.SetCount(block, (int)big.Count);
        big.CopyEntries(block[PackedBlock.HeaderBytes..]);
        big.Dispose();
        _big = null;
    }
}
