using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Walks the fields of a hash that are there: a packed one in order of insertion, a big one in the order of its table. The hash must not change meanwhile.
/// Made, it stands before the first field.
/// </summary>
public ref struct HashEntries
{
    private readonly HashTableValue? _table;
    private readonly ReadOnlySpan<byte> _block;
    private int _next;
    private int _valueAt;
    private int _fieldAt;
    private WalkCursor _cursor;
    private BucketSlots _bucket;
    private bool _inBucket;

    /// <summary>A walk of the hash of a record.</summary>
    public HashEntries(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (database.Table.Encoding(slot) == ValueEncoding.Object)
            _table = database.Object<HashTableValue>(slot);
        else
            _block = database.Table.Value(slot);
        _next = PackedBlock.HeaderBytes;
    }

    /// <summary>A walk of a big hash.</summary>
    public HashEntries(HashTableValue table) => _table = table;

    /// <summary>Where a walk of a big hash goes on behind the fields of the bucket that it is in. Set before the first step it goes on there, if the hash has not changed since.</summary>
    public WalkCursor Cursor
    {
        readonly get => _cursor;
        init => _cursor = value;
    }

    /// <summary>The field that the walk is at.</summary>
    public readonly ReadOnlySpan<byte> Field => _table is null ? PackedBlock.Read(_block, _fieldAt) : _table.FieldOf(_bucket.Current);

    /// <summary>Its value.</summary>
    public readonly ReadOnlySpan<byte> Value => _table is null ? PackedBlock.Read(_block, _valueAt) : _table.ValueOf(_bucket.Current);

    /// <summary>When it expires, in Unix milliseconds; 0 = never.</summary>
    public readonly long ExpireAtMs => _table is null ? 0 : _table.ExpireAtMsOf(_bucket.Current);

    /// <summary>Its record, in a big hash.</summary>
    internal readonly Slot Slot => _bucket.Current;

    /// <summary>To the next field; false behind the last.</summary>
    public bool MoveNext() => _table is null ? MoveInBlock() : MoveInTable(_table);

    private bool MoveInBlock()
    {
        if (_next >= _block.Length)
            return false;
        _fieldAt = _next;
        _valueAt = PackedBlock.Next(_block, _fieldAt);
        _next = PackedBlock.Next(_block, _valueAt);
        return true;
    }

    private bool MoveInTable(HashTableValue table)
    {
        while (true)
        {
            while (_inBucket && _bucket.MoveNext())
            {
                if (table.IsVisible(_bucket.Current))
                    return true;
            }

            _inBucket = table.Records.TryWalk(ref _cursor, out BucketRef bucket);
            if (!_inBucket)
                return false;
            _bucket = table.Records.SlotsOf(bucket);
        }
    }
}
