using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A big hash: a table in the shard's arena whose records are field and value, with an expiry of their own if they have one. A field whose time has passed is
/// not there for anybody, at once; its record goes with a later write or with a slice of active expiry.
/// </summary>
public sealed class HashTableValue : LargeValue
{
    /// <summary>Managed bytes of this object and its parts, about.</summary>
    private const int ManagedBytes = 256;

    // Of 64 random records one is visible, unless nearly all are due: then the walk finds one.
    private const int RandomTries = 64;

    private readonly Keyspace.Keyspace _keyspace;
    private readonly DashTable _fields;
    private readonly HashExpiryQueue _expiries;
    private MemberCompaction _compaction;
    private TableRemains? _remains;

    /// <summary>An empty hash in a shard's memory.</summary>
    public HashTableValue(Keyspace.Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        _keyspace = keyspace;
        _fields = new DashTable(keyspace.Arena);
        _expiries = new HashExpiryQueue(keyspace.Arena, _fields);
        keyspace.ManagedBytes += ManagedBytes;
    }

    /// <inheritdoc />
    public override ValueKind Kind => ValueKind.Hash;

    /// <inheritdoc />
    public override DashTable? Elements => _fields;

    /// <inheritdoc />
    public override long MemoryBytes => _fields.Statistics.TotalBytes + _expiries.Bytes + ManagedBytes;

    /// <summary>Fields that are there.</summary>
    public long Count => _fields.Count - _expiries.CountDue(_keyspace.DueMs);

    /// <summary>Fields that have an expiry, due ones included.</summary>
    public int ExpiringCount => _expiries.Count;

    /// <summary>Whether the time of a field has passed whose record is still there.</summary>
    public bool HasDue => _expiries.NextAtMs < _keyspace.DueMs;

    /// <summary>Unix milliseconds after which the next field is due; <see cref="long.MaxValue"/> if none has an expiry.</summary>
    public long NextExpiryMs => _expiries.NextAtMs;

    /// <summary>Records, those included that nobody sees any more.</summary>
    internal DashTable Records => _fields;

    /// <summary>Finds a field that is there.</summary>
    public bool TryGet(ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        if (_fields.TryFind(field, KeyHash.Of(field), out Slot slot) && IsVisible(slot))
        {
            value = ValueOf(slot);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Sets a field; its expiry goes, or stays if <paramref name="keepExpiry"/>. True if it was not there.</summary>
    public bool Set(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, bool keepExpiry = false)
    {
        ulong hash = KeyHash.Of(field);
        if (!_fields.TryFind(field, hash, out Slot slot))
        {
            slot = _fields.Insert(field, hash, ValueKind.Hash, ValueEncoding.Raw, value.Length);
            value.CopyTo(_fields.Value(slot));
            return true;
        }

        bool isNew = !IsVisible(slot);
        if (_fields.ExpireAtMs(slot) != 0)
        {
            if (keepExpiry && !isNew)
            {
                OverwriteExpiring(slot, value);
                return false;
            }

            Unqueue(slot);
        }

        value.CopyTo(_fields.ReplaceValue(ref slot, ValueKind.Hash, ValueEncoding.Raw, value.Length));
        return isNew;
    }

    /// <summary>Removes a field; true if it was there.</summary>
    public bool Remove(ReadOnlySpan<byte> field)
    {
        if (!_fields.TryFind(field, KeyHash.Of(field), out Slot slot))
            return false;
        bool wasThere = IsVisible(slot);
        RemoveRecord(slot);
        return wasThere;
    }

    /// <summary>When a field expires in Unix milliseconds, 0 = never; false if it is not there.</summary>
    public bool TryGetExpiry(ReadOnlySpan<byte> field, out long atMs)
    {
        atMs = 0;
        if (!_fields.TryFind(field, KeyHash.Of(field), out Slot slot) || !IsVisible(slot))
            return false;
        atMs = _fields.ExpireAtMs(slot);
        return true;
    }

    /// <summary>Sets (Unix milliseconds) or removes (0) the expiry of a field that is there.</summary>
    public void SetExpiry(ReadOnlySpan<byte> field, long atMs)
    {
        if (!_fields.TryFind(field, KeyHash.Of(field), out Slot slot))
            throw new InvalidOperationException("The field is not there.");
        if (_fields.ExpireAtMs(slot) == 0)
        {
            if (atMs != 0)
                Queue(slot, atMs);
        }
        else if (atMs != 0)
        {
            _fields.SetExpireAtMs(ref slot, atMs);
            _expiries.Change(HashExpiryQueue.PlaceOf(_fields.Value(slot)), atMs);
        }
        else
        {
            Unqueue(slot);
            int length = _fields.Value(slot).Length - HashExpiryQueue.TrailerBytes;
            _fields.SetExpireAtMs(ref slot, 0);
            _fields.ResizeValue(ref slot, length);
        }
    }

    /// <summary>Frees up to <paramref name="fieldsMax"/> fields whose time has passed, each reported as one of this key; how many.</summary>
    public int RemoveDue(int fieldsMax, Database database, ReadOnlySpan<byte> key)
    {
        int removed = 0;
        for (; removed < fieldsMax && HasDue; removed++)
        {
            ReadOnlySpan<byte> field = _fields.KeyOfRecord(_expiries.NextRecord);
            database.FieldExpired(key, field);
            _fields.TryFind(field, KeyHash.Of(field), out Slot slot);
            RemoveRecord(slot);
        }

        return removed;
    }

    /// <summary>A random record that is there, each as likely as the table can tell; the hash must not be empty.</summary>
    public Slot Random(KeyspaceRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (int tries = 0; tries < RandomTries; tries++)
        {
            if (_fields.TryRandom(random.Next(), out Slot slot) && IsVisible(slot))
                return slot;
        }

        HashEntries entries = new(this);
        for (long left = random.Below(Count); left >= 0; left--)
            entries.MoveNext();
        return entries.Slot;
    }

    /// <summary>Moves a cursor (<see cref="DashTable.Scan"/>) on, adding the fields that are there.</summary>
    public ulong Scan(ulong cursor, List<Slot> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        int start = into.Count;
        cursor = _fields.Scan(cursor, into);
        if (HasDue)
        {
            for (int i = into.Count - 1; i >= start; i--)
            {
                if (!IsVisible(into[i]))
                    into.RemoveAt(i);
            }
        }

        return cursor;
    }

    /// <summary>The field of a record.</summary>
    public ReadOnlySpan<byte> FieldOf(Slot slot) => _fields.Key(slot);

    /// <summary>The value of a record.</summary>
    public ReadOnlySpan<byte> ValueOf(Slot slot)
    {
        ReadOnlySpan<byte> value = _fields.Value(slot);
        return _fields.ExpireAtMs(slot) == 0 ? value : value[..^HashExpiryQueue.TrailerBytes];
    }

    /// <summary>When a record expires, in Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMsOf(Slot slot) => _fields.ExpireAtMs(slot);

    /// <summary>Whether the time of a record has not passed: as a key, a field still lives in the millisecond that its expiry names.</summary>
    public bool IsVisible(Slot slot)
    {
        long atMs = _fields.ExpireAtMs(slot);
        return atMs == 0 || atMs >= _keyspace.DueMs;
    }

    /// <inheritdoc />
    public override LargeValue CopyTo(Keyspace.Keyspace target)
    {
        // Due fields too: a hash that has only such goes on to be one that active expiry removes.
        HashTableValue copy = new(target);
        WalkCursor cursor = default;
        while (_fields.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in _fields.SlotsOf(bucket))
            {
                copy.Set(FieldOf(slot), ValueOf(slot));
                if (ExpireAtMsOf(slot) != 0)
                    copy.SetExpiry(FieldOf(slot), ExpireAtMsOf(slot));
            }
        }

        return copy;
    }

    /// <inheritdoc />
    public override bool FreeSome(ref long pieces)
    {
        if (_remains is null)
        {
            if (_expiries.Count > 0)
                _keyspace.ExpiringHashes--;
            _expiries.Release();
            _remains = _fields.Detach();
            _keyspace.ManagedBytes -= ManagedBytes;
        }

        return _remains.FreeSome(ref pieces);
    }

    private void RemoveRecord(Slot slot)
    {
        if (_fields.ExpireAtMs(slot) != 0)
            Unqueue(slot);
        _fields.Remove(slot);
        _compaction.Removed(_fields);
    }

    private void OverwriteExpiring(Slot slot, ReadOnlySpan<byte> value)
    {
        int place = HashExpiryQueue.PlaceOf(_fields.Value(slot));
        value.CopyTo(_fields.ResizeValue(ref slot, value.Length + HashExpiryQueue.TrailerBytes));
        _expiries.Moved(place, _fields.RecordHandle(slot));
    }

    private void Queue(Slot slot, long atMs)
    {
        _expiries.Reserve();
        _fields.ResizeValue(ref slot, _fields.Value(slot).Length + HashExpiryQueue.TrailerBytes);
        _fields.SetExpireAtMs(ref slot, atMs);
        _expiries.Add(_fields.RecordHandle(slot), atMs);
        if (_expiries.Count == 1)
            _keyspace.ExpiringHashes++;
    }

    // The record keeps its expiry and its trailer, which the caller takes off, with the record or alone.
    private void Unqueue(Slot slot)
    {
        _expiries.Remove(HashExpiryQueue.PlaceOf(_fields.Value(slot)));
        if (_expiries.Count == 0)
            _keyspace.ExpiringHashes--;
    }
}
