using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// One database of one shard: keys to values, with expiry and change reports. A <see cref="Slot"/> that a look-up gives stays good until the next
/// Create, Remove or Clear of this database. Every change goes: FindForWrite or Create (observers see the old content) - change - Changed.
/// </summary>
public sealed class Database : IDisposable
{
    private const long LaterBytesMin = 64 << 10;

    private readonly Keyspace _keyspace;
    private ObjectTable _objects;
    private Predicate<Slot>? _keptRecords;

    internal Database(Keyspace keyspace, int index)
        : this(keyspace, index, new DashTable(keyspace.Arena), new ObjectTable())
    {
    }

    private Database(Keyspace keyspace, int index, DashTable table, ObjectTable objects)
    {
        _keyspace = keyspace;
        Index = index;
        Table = table;
        _objects = objects;
    }

    /// <summary>The database's number.</summary>
    public int Index { get; private set; }

    /// <summary>The keys and their records.</summary>
    public DashTable Table { get; private set; }

    /// <summary>Keys, those included whose time has come but that nobody has met yet.</summary>
    public long Count => Table.Count;

    /// <summary>Keys that have an expiry.</summary>
    public long ExpiringCount { get; private set; }

    /// <summary>Milliseconds that keys with an expiry still have, on average, as active expiry has seen; 0 before it has seen any (INFO's avg_ttl).</summary>
    public long AverageTtlMs => ExpiringCount == 0 ? 0 : Ttl.AverageMs;

    /// <summary>What active expiry has seen of them.</summary>
    internal TtlAverage Ttl { get; set; }

    /// <summary>Where active expiry goes on.</summary>
    internal ulong ExpiryCursor { get; set; }

    /// <summary>Where the search for keys with an expiry goes on, which are to make room.</summary>
    internal ulong EvictionCursor { get; set; }

    /// <summary>Where compaction goes on; the default value while there is none.</summary>
    internal WalkCursor CompactionCursor { get; set; }

    /// <summary>The shard's clock, arena, counters.</summary>
    public Keyspace Keyspace => _keyspace;

    /// <summary>Finds a key for a read command: counts hit or miss, and in cache mode raises the key's rank.</summary>
    public bool FindForRead(ReadOnlySpan<byte> key, ulong hash, out Slot slot)
    {
        if (!Find(key, hash, out slot))
        {
            Miss(key);
            return false;
        }

        _keyspace.Stats.Hits++;
        if (_keyspace.CacheMode && !_keyspace.KeepsRanks)
            slot = Table.Touch(slot);
        return true;
    }

    /// <summary>Finds a key for a question about it (TTL, TYPE, EXISTS, OBJECT): counts as reading, but does not raise the key's rank.</summary>
    public bool Peek(ReadOnlySpan<byte> key, ulong hash, out Slot slot)
    {
        bool found = Find(key, hash, out slot);
        if (found)
            _keyspace.Stats.Hits++;
        else
            Miss(key);
        return found;
    }

    private void TellAdded(IChangeObserver[] observers, ReadOnlySpan<byte> key)
    {
        foreach (IChangeObserver observer in observers)
            observer.Added(this, key);
    }

    private void Miss(ReadOnlySpan<byte> key)
    {
        _keyspace.Stats.Misses++;
        foreach (IChangeObserver observer in _keyspace.Observers ?? [])
            observer.Missed(this, key);
    }

    /// <summary>Finds a key that is going to be changed: observers are shown its old content first.</summary>
    public bool FindForWrite(ReadOnlySpan<byte> key, ulong hash, out Slot slot)
    {
        if (!Find(key, hash, out slot))
            return false;
        if (_keyspace.CacheMode && !_keyspace.KeepsRanks)
            slot = Table.Touch(slot);
        BeforeChange(slot);
        return true;
    }

    /// <summary>Finds a key without counting; a key whose time has come is removed and not found.</summary>
    public bool Find(ReadOnlySpan<byte> key, ulong hash, out Slot slot)
    {
        if (!Table.TryFind(key, hash, out slot))
            return false;
        return ExpiringCount == 0 || !ExpireIfDue(slot);
    }

    /// <summary>Shows observers a record that is about to change; for changes found by other ways than FindForWrite.</summary>
    public void BeforeChange(Slot slot)
    {
        Table.BeforeWrite(slot);
        if (_keyspace.Observers is not { } observers)
            return;
        foreach (IChangeObserver observer in observers)
            observer.BeforeChange(this, slot);
    }

    /// <summary>Reports that a change is complete.</summary>
    public void Changed(ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
        _keyspace.Stats.Dirty++;
        if (_keyspace.Observers is not { } observers)
            return;
        foreach (IChangeObserver observer in observers)
            observer.AfterChange(this, key, change, name);
    }

    /// <summary>Reports fields of a hash that are about to be freed because their time has passed.</summary>
    internal void FieldExpired(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
    {
        foreach (IChangeObserver observer in _keyspace.Observers ?? [])
            observer.FieldExpired(this, key, field);
    }

    /// <summary>Adds an absent key; its value has <paramref name="valueLength"/> undefined bytes to fill.</summary>
    public Slot Create(ReadOnlySpan<byte> key, ulong hash, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs = 0)
    {
        if (expireAtMs != 0)
            ExpiringCount++;
        if (_keyspace.Observers is { } observers)
            TellAdded(observers, key);
        return Table.Insert(key, hash, kind, encoding, valueLength, expireAtMs);
    }

    /// <summary>Adds an absent key whose value is a big container.</summary>
    public Slot CreateObject(ReadOnlySpan<byte> key, ulong hash, LargeValue value, long expireAtMs = 0)
    {
        ArgumentNullException.ThrowIfNull(value);
        Slot slot = Create(key, hash, value.Kind, ValueEncoding.Object, sizeof(int), expireAtMs);
        BinaryPrimitives.WriteInt32LittleEndian(Table.Value(slot), _objects.Add(value));
        return slot;
    }

    /// <summary>Removes a found key and frees its value, a big one later. The caller has shown it to observers (FindForWrite) and reports the change.</summary>
    public void Remove(Slot slot) => Remove(slot, _keyspace.FreesLater(LazyFreeing.ServerDelete));

    private void Remove(Slot slot, bool later)
    {
        if (_keyspace.Observers is { } observers)
            TellRemoving(observers, slot);
        if (Table.ExpireAtMs(slot) != 0)
            ExpiringCount--;
        DropObject(slot, later);
        Table.Remove(slot);
    }

    private void TellRemoving(IChangeObserver[] observers, Slot slot)
    {
        foreach (IChangeObserver observer in observers)
            observer.Removing(this, slot);
    }

    /// <summary>Finds, removes and reports ("del"); false if the key was not there. A big value is freed <paramref name="later"/>, or as the options say.</summary>
    public bool Delete(ReadOnlySpan<byte> key, ulong hash, bool later = false)
    {
        if (!FindForWrite(key, hash, out Slot slot))
            return false;
        Remove(slot, later || _keyspace.FreesLater(LazyFreeing.UserDelete));
        Changed(key, ChangeClass.Generic, "del");
        return true;
    }

    /// <summary>The big container of a record whose encoding is Object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Object<T>(Slot slot)
        where T : LargeValue
        => (T)_objects[BinaryPrimitives.ReadInt32LittleEndian(Table.Value(slot))];

    /// <summary>Turns a packed value into a big container; key and expiry stay.</summary>
    public void PutObject(ref Slot slot, LargeValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        DropObject(slot, _keyspace.FreesLater(LazyFreeing.ServerDelete));
        Span<byte> bytes = Table.ResizeValue(ref slot, sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _objects.Add(value));
        Table.SetKind(slot, value.Kind, ValueEncoding.Object);
    }

    /// <summary>Replaces the value by bytes of the given type and layout, to be filled by the caller; key and expiry stay.</summary>
    public Span<byte> PutBytes(scoped ref Slot slot, ValueKind kind, ValueEncoding encoding, int valueLength)
        => PutBytes(ref slot, kind, encoding, valueLength, Table.ExpireAtMs(slot));

    /// <summary>Replaces value and expiry (Unix ms; 0 = none) in one step, as SET does; the bytes are to be filled by the caller, the key stays.</summary>
    public Span<byte> PutBytes(scoped ref Slot slot, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs)
    {
        DropObject(slot, _keyspace.FreesLater(LazyFreeing.ServerDelete));
        ExpiringCount += (expireAtMs != 0 ? 1 : 0) - (Table.ExpireAtMs(slot) != 0 ? 1 : 0);
        return Table.ReplaceValue(ref slot, kind, encoding, valueLength, expireAtMs);
    }

    /// <summary>Takes a big container out of a record that is about to be removed (RENAME moves it, nothing is copied).</summary>
    public LargeValue TakeObject(Slot slot)
    {
        LargeValue value = _objects.Take(BinaryPrimitives.ReadInt32LittleEndian(Table.Value(slot)));
        Table.SetKind(slot, ValueKind.String, ValueEncoding.Raw);
        return value;
    }

    /// <summary>Sets (Unix ms) or removes (0) the expiry.</summary>
    public void SetExpireAtMs(ref Slot slot, long expireAtMs)
    {
        bool had = Table.ExpireAtMs(slot) != 0;
        Table.SetExpireAtMs(ref slot, expireAtMs);
        ExpiringCount += (expireAtMs != 0 ? 1 : 0) - (had ? 1 : 0);
    }

    /// <summary>The bytes of a string; what is not kept as such is written into <paramref name="scratch"/> (<see cref="StringValue.ScratchBytes"/>).</summary>
    public ReadOnlySpan<byte> StringBytes(Slot slot, Span<byte> scratch) => StringValue.Bytes(Table, slot, scratch);

    /// <summary>Bytes that a key occupies: its record, a slot in the table, and a big container's own.</summary>
    public long BytesOf(Slot slot)
    {
        long bytes = Table.BytesOf(slot) + sizeof(uint) + 1;
        return Table.Encoding(slot) == ValueEncoding.Object ? bytes + Object<LargeValue>(slot).MemoryBytes : bytes;
    }

    /// <summary>Removes all keys, observers first. What they held is freed before this returns, or <paramref name="later"/>, in slices of upkeep.</summary>
    public void Clear(bool later = false)
    {
        if (_keyspace.Observers is { } observers)
        {
            foreach (IChangeObserver observer in observers)
                observer.BeforeClear(this);
        }

        _keyspace.Stats.Dirty += Count;
        if (_keyspace.ContentKeeper is { } keeper && keeper.Keeps(this))
        {
            keeper.Take(this, MoveContent());
        }
        else if (later)
        {
            Discard();
        }
        else
        {
            _objects.Clear();
            Table.Clear();
        }

        ExpiringCount = 0;
        Ttl = default;
        ExpiryCursor = 0;
        EvictionCursor = 0;
        CompactionCursor = default;
    }

    /// <summary>Whether a record's time has come, though nobody has removed it yet. A key still lives in the millisecond that its expiry names, as in Redis.</summary>
    public bool IsDue(Slot slot)
    {
        long at = Table.ExpireAtMs(slot);
        return at != 0 && at < _keyspace.DueMs && !IsKept(slot);
    }

    /// <summary>Which records stay though room is needed; null if nobody asks for that.</summary>
    internal Predicate<Slot>? KeptRecords => _keyspace.Keeper is null ? null : _keptRecords ??= IsKept;

    /// <summary>Whether a record stays for now, though its time has come or room is needed.</summary>
    internal bool IsKept(Slot slot) => _keyspace.Keeper?.Keeps(Table.Key(slot)) is true;

    /// <summary>A random key (RANDOMKEY); keys that turn out to be due are removed on the way. False if there is none.</summary>
    public bool TryRandom(out Slot slot)
    {
        while (Table.TryRandom(_keyspace.Random.Next(), out slot))
        {
            if (!ExpireIfDue(slot))
                return true;
        }

        return false;
    }

    /// <summary>Removes a record whose time has come; true if it did.</summary>
    internal bool ExpireIfDue(Slot slot)
    {
        if (!IsDue(slot))
            return false;
        RemoveWithEvent(slot, ChangeClass.Expired, "expired", _keyspace.FreesLater(LazyFreeing.Expiry));
        _keyspace.Stats.Expired++;
        return true;
    }

    /// <summary>Removes a record to make room.</summary>
    internal void Evict(Slot slot)
    {
        RemoveWithEvent(slot, ChangeClass.Evicted, "evicted", _keyspace.FreesLater(LazyFreeing.Eviction));
        _keyspace.Stats.Evicted++;
    }

    /// <summary>Gives up what it holds: upkeep frees it in slices. Nobody is told: for content that its database has lost already.</summary>
    public void Discard()
    {
        _keyspace.Leftovers.Add(Table.Detach(), _objects);
        _objects = new ObjectTable();
    }

    internal void Renumber(int index) => Index = index;

    // The table itself moves, with its observer and its epochs: who walks it goes on.
    private Database MoveContent()
    {
        Database content = new(_keyspace, Index, Table, _objects);
        Table = new DashTable(_keyspace.Arena);
        _objects = new ObjectTable();
        return content;
    }

    /// <summary>Forgets what it holds without freeing it: the arena that holds it is about to be released as a whole.</summary>
    internal void Forget()
    {
        _objects = new ObjectTable();
        Table.Forget();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _objects.Clear();
        Table.Dispose();
    }

    private void RemoveWithEvent(Slot slot, ChangeClass change, string name, bool later)
    {
        BeforeChange(slot);
        if (_keyspace.Observers is null)
        {
            Remove(slot, later);
            _keyspace.Stats.Dirty++;
            return;
        }

        byte[] key = Table.Key(slot).ToArray();
        Remove(slot, later);
        Changed(key, change, name);
    }

    // What is freed in less time than it takes to come back to it is freed at once.
    private void DropObject(Slot slot, bool later)
    {
        if (Table.Encoding(slot) != ValueEncoding.Object)
            return;
        LargeValue value = _objects.Take(BinaryPrimitives.ReadInt32LittleEndian(Table.Value(slot)));
        if (later && value.MemoryBytes >= LaterBytesMin)
            _keyspace.Leftovers.Add(value);
        else
            value.Dispose();
    }
}
