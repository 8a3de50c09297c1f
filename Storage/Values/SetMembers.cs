using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Walks the members of a set: integers in ascending order, packed ones in order of insertion, a big set in the order of its table. The set must not change
/// meanwhile. Made, it stands before the first member.
/// </summary>
public ref struct SetMembers
{
    private readonly DashTable? _table;
    private readonly ReadOnlySpan<byte> _block;
    private DashTable? _ahead;
    private int _at;
    private int _next;
    private WalkCursor _cursor;
    private BucketSlots _bucket;
    private bool _inBucket;
    private DecimalText _text;

    /// <summary>A walk of the set of a record.</summary>
    public SetMembers(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        ValueEncoding encoding = database.Table.Encoding(slot);
        IsInteger = encoding == ValueEncoding.IntegerSet;
        if (encoding == ValueEncoding.Object)
            _table = database.Object<SetTableValue>(slot).Records;
        else
            _block = database.Table.Value(slot);
        _next = IsInteger ? 0 : PackedBlock.HeaderBytes;
    }

    /// <summary>A walk of a big set.</summary>
    public SetMembers(SetTableValue set)
    {
        ArgumentNullException.ThrowIfNull(set);
        _table = set.Records;
    }

    /// <summary>Where a walk of a big set goes on behind the members of the bucket that it is in. Set before the first step it goes on there, if the set has not changed since.</summary>
    public WalkCursor Cursor
    {
        readonly get => _cursor;
        init => _cursor = value;
    }

    /// <summary>Whether all members are integers, to be had without their text.</summary>
    public readonly bool IsInteger { get; }

    /// <summary>The member that the walk is at, if all are integers.</summary>
    public readonly long Integer => IntegerSet.At(_block, _at);

    /// <summary>The member that the walk is at; good until the next step.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Current
    {
        get
        {
            if (_table is not null)
                return _table.Key(_bucket.Current);
            return IsInteger ? IntegerText.Write(Integer, _text) : PackedBlock.Read(_block, _at);
        }
    }

    /// <summary>To the next member; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_table is not null)
            return MoveInTable(_table);
        _at = _next;
        if (IsInteger)
            return _next++ < IntegerSet.Count(_block);
        if (_next >= _block.Length)
            return false;
        _next = PackedBlock.Next(_block, _at);
        return true;
    }

    /// <summary>
    /// Says that each member will be looked up in another big set: for the members of a bucket at a time, what those look-ups need is then on its way to the
    /// cache before the first of them. Their misses overlap instead of adding up.
    /// </summary>
    internal void LookAhead(DashTable other) => _ahead = other;

    private bool MoveInTable(DashTable table)
    {
        while (!_inBucket || !_bucket.MoveNext())
        {
            _inBucket = table.TryWalk(ref _cursor, out BucketRef bucket);
            if (!_inBucket)
                return false;
            _bucket = table.SlotsOf(bucket);
            if (_ahead is not null)
                Prefetch(table, _bucket, _ahead);
        }

        return true;
    }

    private static void Prefetch(DashTable table, BucketSlots bucket, DashTable ahead)
    {
        foreach (Slot slot in bucket)
            ahead.PrefetchBucket(KeyHash.Of(table.Key(slot)));
        foreach (Slot slot in bucket)
            ahead.PrefetchRecord(KeyHash.Of(table.Key(slot)));
    }

    [InlineArray(IntegerText.BytesMax)]
    private struct DecimalText
    {
        private byte _first;
    }
}
