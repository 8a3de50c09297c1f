using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The result of SINTERSTORE, SUNIONSTORE and SDIFFSTORE, or a set that comes from a payload, while it grows. It takes the form that the set will have, in borrowed arrays while it is small, so
/// that it is stored in one step and its key may be one of the operands. Dispose it.
/// </summary>
public sealed class SetBuilder : IMemberSink, IElementBuilder
{
    private readonly Keyspace.Keyspace _keyspace;
    private long[] _integers;
    private byte[] _packed;
    private int _packedLength;
    private int _count;
    private bool _hasOthers;
    private SetTableValue? _table;

    /// <summary>An empty set that will be stored in this shard.</summary>
    public SetBuilder(Keyspace.Keyspace keyspace)
    {
        _keyspace = keyspace;
        _integers = [];
        _packed = [];
        _packedLength = PackedBlock.HeaderBytes;
    }

    /// <summary>Members.</summary>
    public long Count => _table is null ? _count : _table.Count;

    /// <summary>Adds a member that is not there yet.</summary>
    public void Add(ReadOnlySpan<byte> member)
    {
        if (_table is not null)
            _table.Add(member);
        else if (!_hasOthers && IntegerText.TryParse(member, out long number))
            AddInteger(~_integers.AsSpan(0, _count).BinarySearch(number), number);
        else
            AddOther(member);
    }

    /// <summary>Adds a member unless it is there.</summary>
    public void AddIfAbsent(ReadOnlySpan<byte> member)
    {
        if (_table is not null)
        {
            _table.Add(member);
        }
        else if (!_hasOthers && IntegerText.TryParse(member, out long number))
        {
            int index = _integers.AsSpan(0, _count).BinarySearch(number);
            if (index < 0)
                AddInteger(~index, number);
        }
        else if (!_hasOthers || PackedBlock.Find(_packed.AsSpan(0, _packedLength), member) < 0)
        {
            AddOther(member);
        }
    }

    /// <inheritdoc />
    public bool TryAdd(ReadOnlySpan<byte> element)
    {
        long before = Count;
        AddIfAbsent(element);
        return Count > before;
    }

    /// <summary>Stores the set, which is not empty, under an absent key; once, at the end.</summary>
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (_table is not null)
        {
            database.CreateObject(key, hash, _table);
            _table = null;
        }
        else if (_hasOthers)
        {
            Slot slot = database.Create(key, hash, ValueKind.Set, ValueEncoding.Packed, _packedLength);
            PackedBlock.SetCount(_packed, _count);
            _packed.AsSpan(0, _packedLength).CopyTo(database.Table.Value(slot));
        }
        else
        {
            int width = Math.Max(IntegerSet.WidthOf(_integers[0]), IntegerSet.WidthOf(_integers[_count - 1]));
            Slot slot = database.Create(key, hash, ValueKind.Set, ValueEncoding.IntegerSet, IntegerSet.BytesOf(_count, width));
            IntegerSet.Write(database.Table.Value(slot), _integers.AsSpan(0, _count), width);
        }
    }

    /// <summary>Gives back what was borrowed, and frees what was not stored.</summary>
    public void Dispose()
    {
        if (_integers.Length > 0)
            ArrayPool<long>.Shared.Return(_integers);
        if (_packed.Length > 0)
            ArrayPool<byte>.Shared.Return(_packed);
        _table?.Dispose();
        _integers = [];
        _packed = [];
        _table = null;
    }

    private void AddInteger(int index, long number)
    {
        if (_count >= SetLimits.IntegersMax)
        {
            ToTable();
            AddToTable(number);
            return;
        }

        if (_count == _integers.Length)
            Grow(ref _integers, _count, _count + 1);
        _integers.AsSpan(index, _count - index).CopyTo(_integers.AsSpan(index + 1));
        _integers[index] = number;
        _count++;
    }

    private void AddOther(ReadOnlySpan<byte> member)
    {
        if (_count >= SetLimits.MembersMax || member.Length > SetLimits.MemberBytesMax)
        {
            ToTable();
            _table!.Add(member);
            return;
        }

        if (!_hasOthers)
            ToPacked();
        Append(member);
        _count++;
    }

    private void Append(ReadOnlySpan<byte> member)
    {
        int needed = _packedLength + PackedBlock.EntryBytes(member.Length);
        if (needed > _packed.Length)
            Grow(ref _packed, _packedLength, needed);
        _packedLength = PackedBlock.Write(_packed, _packedLength, member);
    }

    private void ToPacked()
    {
        _hasOthers = true;
        Span<byte> text = stackalloc byte[IntegerText.BytesMax];
        for (int i = 0; i < _count; i++)
            Append(IntegerText.Write(_integers[i], text));
    }

    private void ToTable()
    {
        _table = new SetTableValue(_keyspace);
        if (!_hasOthers)
        {
            for (int i = 0; i < _count; i++)
                AddToTable(_integers[i]);
            return;
        }

        ReadOnlySpan<byte> block = _packed.AsSpan(0, _packedLength);
        for (int position = PackedBlock.HeaderBytes; position < block.Length; position = PackedBlock.Next(block, position))
            _table.Add(PackedBlock.Read(block, position));
    }

    private void AddToTable(long number)
    {
        Span<byte> text = stackalloc byte[IntegerText.BytesMax];
        _table!.Add(IntegerText.Write(number, text));
    }

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        T[] grown = ArrayPool<T>.Shared.Rent(Math.Max(needed, Math.Max(32, used * 2)));
        array.AsSpan(0, Math.Min(used, array.Length)).CopyTo(grown);
        if (array.Length > 0)
            ArrayPool<T>.Shared.Return(array);
        array = grown;
    }
}
