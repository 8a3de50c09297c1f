using System.Numerics;
using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Extendible hash table of records (key, value, kind, expiry) in an arena. Used for keyspaces, and for the members of big hashes, sets and
/// sorted sets. A lookup costs two cache misses: the bucket's line and the record's.
/// </summary>
/// <remarks>
/// Owned by the arena's owner: one thread at a time, no locks. After Lu, Hao et al., "Dash: Scalable Hashing on Persistent Memory" (VLDB
/// 2020), as DragonflyDB uses it: fixed segments, a neighbour and stash buckets to fill them far, a split of one segment at a time instead
/// of a rehash of all. An empty table holds no memory. The parts: lookup and change of place here, records, growth, traversal, rank (cache
/// mode) and epochs beside it.
/// </remarks>
public sealed unsafe partial class DashTable : IDisposable
{
    /// <summary>What <see cref="PrefetchRecord"/> brings near unless told: two lines, in which most records lie.</summary>
    public const int BytesAhead = 64;

    private readonly Arena _arena;
    private readonly KeyHasher? _hasher;
    private SegmentDirectory _directory;
    private long _count;
    private long _recordBytes;

    /// <summary>Makes an empty table whose segments and records live in <paramref name="arena"/>.</summary>
    public DashTable(Arena arena) : this(arena, hasher: null) { }

    internal DashTable(Arena arena, KeyHasher? hasher)
    {
        ArgumentNullException.ThrowIfNull(arena);
        _arena = arena;
        _hasher = hasher;
    }

    /// <summary>Records in the table.</summary>
    public long Count => _count;

    /// <summary>Is told before buckets change; null (nobody) by default.</summary>
    public ITableObserver? Observer { get; set; }

    /// <summary>What the table consists of. Cheap: nothing is counted for it.</summary>
    public TableStatistics Statistics
        => new(_count, _directory.Segments, _directory.Depth, _directory.Segments * Arena.PageBytes, _directory.Bytes, _recordBytes);

    /// <summary>Finds a key.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, ulong hash, out Slot slot)
    {
        if (_count != 0)
        {
            Segment* segment = _directory.Of(hash);
            int home = Segment.HomeOf(hash);
            Bucket* bucket = Segment.At(segment, home);
            return TryFindIn(bucket, key, (byte)hash, out slot)
                || ((bucket->Meta & Bucket.ElsewhereMask) != 0 && TryFindElsewhere(segment, home, bucket->Meta, key, (byte)hash, out slot));
        }

        slot = default;
        return false;
    }

    /// <summary>Adds a key that is absent; its value has <paramref name="valueLength"/> undefined bytes for the caller to fill.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The record would be bigger than a block can be.</exception>
    /// <exception cref="OutOfMemoryException">There is none; the table holds what it held.</exception>
    public Slot Insert(ReadOnlySpan<byte> key, ulong hash, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs = 0)
    {
        int size = Record.Size(key.Length, valueLength, expireAtMs != 0);
        Placement placement = MakePlace(hash);
        uint handle = _arena.Allocate(size);
        byte* record = _arena.PointerTo(handle);
        if (Observer is not null)
            AnnounceInsert(Observer, placement, record);
        Record.Write(record, key, kind, encoding, valueLength, expireAtMs);
        int index = placement.Put((byte)hash, handle);
        _count++;
        _recordBytes += Arena.CapacityOf(size);
        return new Slot(placement.Target, index, record);
    }

    /// <summary>Removes a record and frees its memory.</summary>
    public void Remove(Slot slot)
    {
        Verify(slot);
        Bucket* bucket = slot.Bucket;
        Observer?.BeforeChange(slot);
        uint handle = bucket->Handles[slot.Index];
        int stash = Segment.IndexOf(bucket) - Segment.HomeBuckets;
        int home = stash >= 0 ? Segment.HomeOf(HashOf(slot.Record, _hasher)) : 0;
        int size = Record.SizeOf(slot.Record);
        bucket->Vacate(slot.Index);
        if (stash >= 0)
            RefreshOverflow(Segment.Of(bucket), stash, home);
        _arena.Free(handle, size);
        _count--;
        _recordBytes -= Arena.CapacityOf(size);
    }

    /// <summary>First pass of a batch: brings the home bucket of a hash towards the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBucket(ulong hash)
    {
        if (_count != 0)
            Prefetch.Line(Segment.At(_directory.Of(hash), Segment.HomeOf(hash)));
    }

    /// <summary>Second pass of a batch: brings the record that matches the fingerprint towards the cache; of one that may be long so many bytes, which may be more than it has.</summary>
    public void PrefetchRecord(ulong hash, int bytes = BytesAhead)
    {
        if (_count == 0 || _arena.IsChecked)
            return;
        Segment* segment = _directory.Of(hash);
        int home = Segment.HomeOf(hash);
        Bucket* bucket = Segment.At(segment, home);
        uint matches = Bucket.Match(bucket, (byte)hash);
        if (matches == 0)
        {
            if ((bucket->Meta & Bucket.Spilled) == 0)
                return;
            bucket = Segment.At(segment, Segment.NeighbourOf(home));
            matches = Bucket.Match(bucket, (byte)hash);
            if (matches == 0)
                return;
        }

        byte* record = _arena.PointerTo(bucket->Handles[BitOperations.TrailingZeroCount(matches)]);
        Prefetch.Line(record);
        for (int at = Prefetch.SecondLine; at < bytes; at += Prefetch.LineBytes)
            Prefetch.Line(record + at);
    }

    /// <summary>Removes all records and frees their memory.</summary>
    public void Clear() => Detach().FreeAll();

    /// <summary>Empties the table at once and hands what it held to the caller, to be freed in steps.</summary>
    public TableRemains Detach()
    {
        if (Observer is not null)
            AnnounceAll(Observer);
        TableRemains remains = new(_arena, _directory, _count);
        _directory = default;
        _count = 0;
        _recordBytes = 0;
        return remains;
    }

    /// <summary>Forgets all records without freeing them: the arena that holds them is about to be released as a whole.</summary>
    public void Forget()
    {
        _directory = default;
        _count = 0;
        _recordBytes = 0;
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    internal static ulong HashOf(byte* record, KeyHasher? hasher)
        => hasher is null ? KeyHash.Of(Record.Key(record)) : hasher(Record.Key(record));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFindIn(Bucket* bucket, ReadOnlySpan<byte> key, byte fingerprint, out Slot slot)
    {
        for (uint matches = Bucket.Match(bucket, fingerprint); matches != 0; matches &= matches - 1)
        {
            int index = BitOperations.TrailingZeroCount(matches);
            byte* record = _arena.PointerTo(bucket->Handles[index]);
            if (Record.HasKey(record, key))
            {
                slot = new Slot(bucket, index, record);
                return true;
            }
        }

        slot = default;
        return false;
    }

    private bool TryFindElsewhere(Segment* segment, int home, uint flags, ReadOnlySpan<byte> key, byte fingerprint, out Slot slot)
    {
        if ((flags & Bucket.Spilled) != 0 && TryFindIn(Segment.At(segment, Segment.NeighbourOf(home)), key, fingerprint, out slot))
            return true;
        for (int stash = 0; stash < Segment.StashBuckets; stash++)
        {
            if ((flags & (Bucket.Overflowed << stash)) != 0 && TryFindIn(Segment.Stash(segment, stash), key, fingerprint, out slot))
                return true;
        }

        slot = default;
        return false;
    }

    private void AnnounceAll(ITableObserver observer)
    {
        for (Segment* segment = _directory.IsEmpty ? null : _directory.AtPrefix(0); segment != null; segment = _directory.After(segment))
            Announce(observer, segment);
    }

    private static void AnnounceInsert(ITableObserver observer, Placement placement, byte* record)
    {
        if (placement.MovesOthers)
            observer.BeforeChange(new BucketRef(placement.Target));
        else
            observer.BeforeInsert(new Slot(placement.Target, placement.Target->FirstVacant, record));
    }

    private static void Announce(ITableObserver observer, Segment* segment)
    {
        for (int i = 0; i < Segment.Buckets; i++)
            observer.BeforeChange(new BucketRef(Segment.At(segment, i)));
    }
}
