using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>A place in a table: valid until the next Insert, Remove, Touch or Clear of that table.</summary>
public readonly struct Slot
{
}

/// <summary>Extendible hash table of records (key, value, kind, expiry) in an arena. Used for keyspaces, and for the members of big hashes, sets and sorted sets.</summary>
public sealed class DashTable : IDisposable
{
    /// <summary>Makes an empty table whose segments and records live in <paramref name="arena"/>.</summary>
    public DashTable(Arena arena) => _ = arena;

    /// <summary>Records in the table.</summary>
    public long Count => throw new NotImplementedException();

    /// <summary>Finds a key.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, ulong hash, out Slot slot) => throw new NotImplementedException();

    /// <summary>Adds a key that is absent; its value has <paramref name="valueLength"/> undefined bytes for the caller to fill.</summary>
    public Slot Insert(ReadOnlySpan<byte> key, ulong hash, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs = 0)
        => throw new NotImplementedException();

    /// <summary>Removes a record and frees its memory.</summary>
    public void Remove(Slot slot) => throw new NotImplementedException();

    /// <summary>The key of a record.</summary>
    public ReadOnlySpan<byte> Key(Slot slot) => throw new NotImplementedException();

    /// <summary>The value bytes of a record, writable in place.</summary>
    public Span<byte> Value(Slot slot) => throw new NotImplementedException();

    /// <summary>The type of a record's value.</summary>
    public ValueKind Kind(Slot slot) => throw new NotImplementedException();

    /// <summary>The layout of a record's value.</summary>
    public ValueEncoding Encoding(Slot slot) => throw new NotImplementedException();

    /// <summary>When a record expires, in Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs(Slot slot) => throw new NotImplementedException();

    /// <summary>Changes type and layout of a record, without touching its bytes.</summary>
    public void SetKind(Slot slot, ValueKind kind, ValueEncoding encoding) => throw new NotImplementedException();

    /// <summary>Sets or removes (0) the expiry.</summary>
    public void SetExpireAtMs(ref Slot slot, long expireAtMs) => throw new NotImplementedException();

    /// <summary>Changes the length of a value, keeping its first bytes; the slot stays valid, spans taken before do not.</summary>
    public Span<byte> ResizeValue(scoped ref Slot slot, int valueLength) => throw new NotImplementedException();

    /// <summary>A handle that names the record for as long as it is not removed, resized or given another expiry (ordered indexes refer to members by it).</summary>
    public uint RecordHandle(Slot slot) => throw new NotImplementedException();

    /// <summary>The key of a record by its handle.</summary>
    public ReadOnlySpan<byte> KeyOfRecord(uint handle) => throw new NotImplementedException();

    /// <summary>First pass of a batch: brings the home bucket of a hash towards the cache.</summary>
    public void PrefetchBucket(ulong hash) => throw new NotImplementedException();

    /// <summary>Second pass of a batch: brings the record that matches the fingerprint towards the cache.</summary>
    public void PrefetchRecord(ulong hash) => throw new NotImplementedException();

    /// <summary>Moves a stateless cursor over the next logical bucket, adding its slots; 0 starts and ends. All records present for the whole scan are seen.</summary>
    public ulong Scan(ulong cursor, List<Slot> into) => throw new NotImplementedException();

    /// <summary>A random record, chosen by <paramref name="random"/>; false if empty.</summary>
    public bool TryRandom(ulong random, out Slot slot) => throw new NotImplementedException();

    /// <summary>Removes all records and frees their memory.</summary>
    public void Clear() => throw new NotImplementedException();

    /// <summary>Cache mode: raises the record's rank by one place; the slot it then has.</summary>
    public Slot Touch(Slot s) => throw new NotImplementedException();
    /// <summary>Cache mode: the record of the lowest rank near a hash.</summary>
    public bool TryPickEvictionVictim(ulong h, out Slot s) => throw new NotImplementedException();
    /// <inheritdoc />
    public void Dispose() => Clear();
}
