using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Blocks that stand alone: those above the size classes and, in checked mode, all. A handle is 1 | generation (7 bits) | index (24 bits);
/// a stale one is found because the entry's generation has moved on. Freed entries are reused in the order of their freeing, so a
/// generation takes long to come round. Owned by the arena's owner: one thread at a time.
/// </summary>
internal sealed unsafe class BlockTable(string arena, BlockGuard? guard)
{
    private const uint TopBit = 0x8000_0000;
    private const int IndexBits = 24;
    private const uint IndexMask = (1u << IndexBits) - 1;

    private readonly Queue<int> _vacant = new();
    private Entry[] _entries = [];
    private int _used;

    /// <summary>Uses of blocks that were not live.</summary>
    public long StaleUses { get; private set; }

    /// <summary>Bytes taken from the operating system.</summary>
    public long ReservedBytes { get; private set; }

    public uint Allocate(int bytes, int alignment)
    {
        int reserved = ReservedFor(bytes);
        int index = TakeIndex();
        byte* start;
        try
        {
            start = alignment > 16
                ? (byte*)NativeMemory.AlignedAlloc((nuint)reserved, (nuint)alignment)
                : (byte*)NativeMemory.Alloc((nuint)reserved);
        }
        catch
        {
            _vacant.Enqueue(index);
            throw;
        }

        ref Entry entry = ref _entries[index];
        uint generation = (entry.Generation + 1) & 0x7F;
        entry = new Entry { Start = start, Bytes = bytes, Aligned = alignment > 16, Generation = generation, Live = true };
        ReservedBytes += reserved;
        if (guard is not null)
            BlockGuard.Arm(start, 0, bytes);
        return TopBit | (generation << IndexBits) | (uint)index;
    }

    /// <summary>The address of a live block; a stale handle is refused.</summary>
    public byte* Resolve(uint handle) => EntryOf(handle, "used").Start;

    /// <summary>The address of a live block that must have at least <paramref name="bytes"/> bytes.</summary>
    public byte* Resolve(uint handle, int bytes)
    {
        ref Entry entry = ref EntryOf(handle, "used");
        if ((uint)bytes > (uint)Extent(entry))
            throw ArenaCheckException.For(arena, handle, entry.Bytes, $"{bytes} bytes wanted, beyond its end");
        return entry.Start;
    }

    /// <summary>Changes the size of a block; its address may change, its handle does not.</summary>
    public void Resize(uint handle, int oldBytes, int bytes)
    {
        ref Entry entry = ref EntryOf(handle, "resized");
        CheckSize(handle, entry, oldBytes);
        CheckGuard(handle, entry);
        int before = ReservedFor(entry.Bytes), after = ReservedFor(bytes);
        if (before != after)
        {
            entry.Start = (byte*)NativeMemory.Realloc(entry.Start, (nuint)after);
            ReservedBytes += after - before;
        }

        if (guard is not null)
            BlockGuard.Arm(entry.Start, Math.Min(entry.Bytes, bytes), bytes);
        entry.Bytes = bytes;
    }

    public void Free(uint handle, int bytes)
    {
        ref Entry entry = ref EntryOf(handle, "freed");
        CheckSize(handle, entry, bytes);
        CheckGuard(handle, entry);
        entry.Live = false;
        _vacant.Enqueue((int)(handle & IndexMask));
        Entry freed = entry;
        if (guard is null)
            Release(freed);
        else if (guard.Quarantine(arena, handle, freed, out Entry leaving))
            Release(leaving);
    }

    /// <summary>Checked mode: looks at the guard bytes of all live blocks and at the poison of those freed last.</summary>
    public void Verify()
    {
        if (guard is null)
            return;
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Live)
                CheckGuard(TopBit | (_entries[i].Generation << IndexBits) | (uint)i, _entries[i]);
        }

        guard.CheckQuarantine(arena);
    }

    public void ReleaseAll()
    {
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Live)
                Release(_entries[i]);
            _entries[i].Live = false;
        }

        while (guard is not null && guard.LeaveQuarantine(out Entry leaving))
            Release(leaving);
        _used = 0;
        _entries = [];
        _vacant.Clear();
    }

    private int TakeIndex()
    {
        // In checked mode an entry rests before it serves again, so that a stale handle meets another generation or a dead entry for long.
        if (_vacant.Count > (guard is null ? 0 : 1024))
            return _vacant.Dequeue();
        if (_used == _entries.Length)
        {
            if (_used > IndexMask)
                throw new InsufficientMemoryException($"arena {arena}: {_used} blocks that stand alone, more than a handle can name");
            Array.Resize(ref _entries, Math.Max(16, _used * 2));
        }

        return _used++;
    }

    private ref Entry EntryOf(uint handle, string what)
    {
        uint index = handle & IndexMask;
        if ((handle & TopBit) == 0 || index >= (uint)_used)
            throw Stale(handle, 0, $"{what}, but there is no such block");
        ref Entry entry = ref _entries[index];
        if (!entry.Live || entry.Generation != ((handle & ~TopBit) >> IndexBits))
            throw Stale(handle, entry.Bytes, $"{what} after it was freed");
        return ref entry;
    }

    private ArenaCheckException Stale(uint handle, long bytes, string what)
    {
        StaleUses++;
        return ArenaCheckException.For(arena, handle, bytes, what);
    }

    private void CheckSize(uint handle, in Entry entry, int bytes)
    {
        bool same = guard is null ? SizeClass.CapacityOf(bytes) == SizeClass.CapacityOf(entry.Bytes) : bytes == entry.Bytes;
        if (!same)
            throw ArenaCheckException.For(arena, handle, entry.Bytes, $"given back as one of {bytes} bytes");
    }

    private void CheckGuard(uint handle, in Entry entry)
    {
        if (guard is not null)
            BlockGuard.Check(arena, handle, entry.Start, entry.Bytes);
    }

    private int Extent(in Entry entry) => guard is null ? SizeClass.CapacityOf(entry.Bytes) : entry.Bytes;

    private int ReservedFor(int bytes) => guard is null ? SizeClass.CapacityOf(bytes) : checked(bytes + BlockGuard.GuardBytes);

    private void Release(in Entry entry)
    {
        if (entry.Aligned)
            NativeMemory.AlignedFree(entry.Start);
        else
            NativeMemory.Free(entry.Start);
        ReservedBytes -= ReservedFor(entry.Bytes);
    }

    internal struct Entry
    {
        public byte* Start;
        public int Bytes;
        public uint Generation;
        public bool Aligned;
        public bool Live;
    }
}
