using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// The slab arena that holds one shard's records in native memory, so that the collector never sees them. A block is named by a 32-bit
/// handle: an index of 8-byte units in chunks of 2 MiB, or, with the top bit set, an entry of the table of blocks that stand alone (above
/// 256 KiB; in checked mode all).
/// </summary>
/// <remarks>
/// Owned by the shard: one thread at a time, no locks. Only leases are released by other threads.
/// Free blocks of a class are a list through the blocks themselves; what no list has is cut from the rest of the newest chunk, blocks from
/// below and pages from above; when that is used up, from a bigger free block; and only then from a new chunk.
/// </remarks>
public sealed unsafe class Arena : IDisposable
{
    /// <summary>Bytes of a page; pages are aligned to their size.</summary>
    public const int PageBytes = 4096;

    private const uint PageUnits = PageBytes >> ChunkTable.UnitShift;

    private readonly ChunkTable _chunkTable;
    private readonly BlockTable _blocks;
    private readonly LeaseBook _leases;
    private readonly uint[] _freePinned = GC.AllocateArray<uint>(SizeClass.Count, pinned: true);
    private readonly uint* _free;
    private byte** _chunks;
    private uint _freePage;
    private ChunkRest _rest;
    private long _allocatedBytes;
    private long _liveBlocks;
    private long _usesAfterRelease;
    private bool _disposed;

    /// <summary>Makes an empty arena. Nothing is reserved before the first block.</summary>
    public Arena(ArenaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Name = options.Name;
        IsChecked = options.Checked;
        _chunkTable = new ChunkTable(Name);
        _blocks = new BlockTable(Name, IsChecked ? new BlockGuard() : null);
        _leases = new LeaseBook(Name);
        _free = (uint*)Marshal.UnsafeAddrOfPinnedArrayElement(_freePinned, 0);
    }

    /// <summary>The arena's name in messages.</summary>
    public string Name { get; }

    /// <summary>Whether every use of a block is checked (<see cref="ArenaOptions.Checked"/>).</summary>
    public bool IsChecked { get; }

    /// <summary>Bytes of live blocks and pages, each rounded up to its size class. Any thread may read it.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    /// <summary>Bytes taken from the operating system.</summary>
    public long ReservedBytes => _chunkTable.ReservedBytes + _blocks.ReservedBytes;

    /// <summary>Blocks and pages that are allocated now. Any thread may read it.</summary>
    public long LiveBlocks => Volatile.Read(ref _liveBlocks);

    /// <summary>Leases that are held now. Any thread may read it.</summary>
    public int LiveLeases => _leases.Count;

    /// <summary>Uses of freed memory that have been found: zero, or there is a bug. Checked memory finds all; else those after the release are found.</summary>
    public long StaleUses => _blocks.StaleUses + Volatile.Read(ref _usesAfterRelease);

    /// <summary>Bytes that a request of <paramref name="bytes"/> occupies (its size class).</summary>
    public static int CapacityOf(int bytes) => SizeClass.CapacityOf(bytes);

    /// <summary>Allocates a block of at least <paramref name="bytes"/> bytes, aligned to 8; the content is undefined. Never 0.</summary>
    /// <exception cref="OutOfMemoryException">There is none; nothing is changed.</exception>
    public uint Allocate(int bytes)
    {
        if ((uint)bytes > SizeClass.ClassBytesMax)
            return AllocateAlone(bytes);
        int sizeClass = SizeClass.Of(bytes);
        uint handle = _free[sizeClass];
        if (handle != 0)
            _free[sizeClass] = *(uint*)At(handle);
        else
            handle = Cut(bytes, sizeClass);
        _allocatedBytes += SizeClass.BytesOf(sizeClass);
        _liveBlocks++;
        return handle;
    }

    /// <summary>Frees a block; <paramref name="bytes"/> is the size asked for when it was allocated.</summary>
    public void Free(uint handle, int bytes)
    {
        Debug.Assert(handle != 0, "handle 0 names no block");
        if ((int)handle >= 0)
        {
            Debug.Assert((uint)bytes <= SizeClass.ClassBytesMax, "the block is of a class, the size given is not");
            int sizeClass = SizeClass.Of(bytes);
            *(uint*)At(handle) = _free[sizeClass];
            _free[sizeClass] = handle;
        }
        else
        {
            _blocks.Free(handle, bytes);
        }

        Leave(SizeClass.CapacityOf(bytes));
    }

    /// <summary>
    /// Changes the size of a block, keeping its first bytes. The answer is its handle from now on; spans and pointers into it are void.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is none; nothing is changed.</exception>
    public uint Reallocate(uint handle, int oldBytes, int bytes)
    {
        int oldCapacity = SizeClass.CapacityOf(oldBytes), capacity = SizeClass.CapacityOf(bytes);
        if (!IsChecked && oldCapacity == capacity)
            return handle;
        // Checked blocks always move, so that whoever keeps the old handle is found.
        if (!IsChecked && Math.Min(oldCapacity, capacity) > SizeClass.ClassBytesMax)
        {
            _blocks.Resize(handle, oldBytes, bytes);
            _allocatedBytes += capacity - oldCapacity;
            return handle;
        }

        uint moved = Allocate(bytes);
        int kept = Math.Min(oldBytes, bytes);
        Bytes(handle, kept).CopyTo(Bytes(moved, kept));
        Free(handle, oldBytes);
        return moved;
    }

    /// <summary>Allocates a page of <see cref="PageBytes"/>, aligned to its size; the content is undefined. Never 0.</summary>
    /// <exception cref="OutOfMemoryException">There is none; nothing is changed.</exception>
    public uint AllocatePage()
    {
        uint page = _freePage;
        if (page != 0)
            _freePage = *(uint*)At(page);
        else
            page = CutPage();
        _allocatedBytes += PageBytes;
        _liveBlocks++;
        return page;
    }

    /// <summary>Frees a page.</summary>
    public void FreePage(uint handle)
    {
        if ((int)handle >= 0)
        {
            *(uint*)At(handle) = _freePage;
            _freePage = handle;
        }
        else
        {
            _blocks.Free(handle, PageBytes);
        }

        Leave(PageBytes);
    }

    /// <summary>The first <paramref name="bytes"/> bytes of a live block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Bytes(uint handle, int bytes) => new((int)handle >= 0 ? At(handle) : _blocks.Resolve(handle, bytes), bytes);

    /// <summary>Takes a lease: memory is not released while one is live (DESIGN rules 10 and 18).</summary>
    /// <exception cref="ObjectDisposedException">The memory is released already.</exception>
    public ArenaLease Lease(string holder) => _leases.Sign(holder);

    /// <summary>
    /// Whether what is reserved from now on consists of huge pages from the first byte on, at the price of clearing 2 MiB at a time: for whoever fills the store while
    /// nobody waits, as a load does. Else a chunk becomes one when it is full.
    /// </summary>
    public bool IsBeingFilled
    {
        get => _chunkTable.IsHugeFromTheFirst;
        set => _chunkTable.IsHugeFromTheFirst = value;
    }

    /// <summary>Chunks that it has taken from the operating system. Any thread may read it: a moment's reading.</summary>
    public int Chunks => _chunkTable.Count;

    /// <summary>Whether the next chunk is there already (<see cref="PrepareChunk"/>). Any thread may read it.</summary>
    public bool HasPreparedChunk => _chunkTable.Spares > 0;

    /// <summary>
    /// Takes the next chunk from the operating system before the owner needs it, and has it cleared, which takes a fraction of a millisecond to some, by machine. Any thread.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The memory is released already.</exception>
    public void PrepareChunk()
    {
        using ArenaLease lease = Lease("next chunk");
        if (!IsChecked) // where each block is an allocation of its own
            _chunkTable.Prepare();
    }

    /// <summary>
    /// Makes a huge page of one chunk that has become full, so that records in it cost no misses of the translation of addresses; false if there is none. Any thread but the
    /// owner's: it takes half a millisecond to some, by machine.
    /// </summary>
    public bool TryCollapseChunk() => _chunkTable.TryCollapse();

    /// <summary>From here on no lease is given; refused with <see cref="InvalidOperationException"/> while one is live. Before anything is freed for good.</summary>
    public void CloseLeases() => _leases.Close();

    /// <summary>Whether the memory is there. For whoever runs a step on it: once a message, not once an access.</summary>
    /// <exception cref="ArenaCheckException">It has been released: the step must not run.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RequireAlive()
    {
        if (_disposed)
            ThrowReleased();
    }

    /// <summary>
    /// Releases all memory, whatever is allocated in it; refused with <see cref="InvalidOperationException"/> while a lease is live.
    /// </summary>
    public void Dispose()
    {
        _leases.Close();
        if (_disposed)
            return;
        _disposed = true;
        _blocks.ReleaseAll();
        ForgetFreeBlocks();
        _chunkTable.Release(keep: 0);
        _allocatedBytes = 0;
        _liveBlocks = 0;
    }

    /// <summary>The address of a live block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* PointerTo(uint handle) => (int)handle >= 0 ? At(handle) : _blocks.Resolve(handle);

    /// <summary>Checked mode: looks at the guard bytes of all live blocks and at the poison of those freed last.</summary>
    internal void Verify() => _blocks.Verify();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(uint handle)
        => _chunks[handle >> ChunkTable.ChunkShift] + ((handle & (ChunkTable.UnitsPerChunk - 1)) << ChunkTable.UnitShift);

    private void ThrowReleased()
    {
        Interlocked.Increment(ref _usesAfterRelease);
        throw new ArenaCheckException($"arena {Name}: used after it was released");
    }

    private uint AllocateAlone(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ObjectDisposedException.ThrowIf(_disposed, this);
        uint handle = _blocks.Allocate(bytes, alignment: 8);
        _allocatedBytes += SizeClass.CapacityOf(bytes);
        _liveBlocks++;
        return handle;
    }

    private void Leave(int capacity)
    {
        _allocatedBytes -= capacity;
        if (--_liveBlocks == 0 && !_disposed)
            StartAfresh();
    }

    /// <summary>
    /// Nothing is live: the chunks are whole again, and all but the first go back, unless somebody still reads under a lease.
    /// </summary>
    private void StartAfresh()
    {
        if (_chunkTable.Count == 0 || (_chunkTable.Count > 1 && LiveLeases > 0))
            return;
        ForgetFreeBlocks();
        _chunkTable.Release(keep: 1);
        _rest = ChunkRest.OfChunk(_chunks[0], first: 0);
    }

    private void ForgetFreeBlocks()
    {
        Array.Clear(_freePinned);
        _freePage = 0;
        _rest = default;
    }

    private uint Cut(int bytes, int sizeClass)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsChecked)
            return _blocks.Allocate(bytes, alignment: 8);
        uint units = (uint)SizeClass.BytesOf(sizeClass) >> ChunkTable.UnitShift;
        if (!_rest.Holds(units))
            Refill(sizeClass, units);
        return _rest.Cut(units);
    }

    private uint CutPage()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsChecked)
            return _blocks.Allocate(PageBytes, alignment: PageBytes);
        if (!_rest.HoldsPage())
            RefillFromChunk();
        uint page = _rest.CutPage(out uint above);
        PutAside(page + PageUnits, above);
        return page;
    }

    /// <summary>Finds a rest that one block of <paramref name="units"/> fits in.</summary>
    private void Refill(int sizeClass, uint units)
    {
        for (int bigger = sizeClass + 1; bigger < SizeClass.Count; bigger++)
        {
            uint handle = _free[bigger];
            if (handle == 0)
                continue;
            _free[bigger] = *(uint*)At(handle);
            ReplaceRest(ChunkRest.OfBlock(handle, (uint)SizeClass.BytesOf(bigger) >> ChunkTable.UnitShift));
            return;
        }

        if (_freePage != 0 && units <= PageUnits)
        {
            uint page = _freePage;
            _freePage = *(uint*)At(page);
            ReplaceRest(ChunkRest.OfBlock(page, PageUnits));
            return;
        }

        RefillFromChunk();
    }

    private void RefillFromChunk()
    {
        uint first = _chunkTable.Reserve();
        _chunks = _chunkTable.Entries;
        ReplaceRest(ChunkRest.OfChunk(_chunks[first >> ChunkTable.ChunkShift], first));
    }

    private void ReplaceRest(ChunkRest rest)
    {
        PutAside(_rest.Low, _rest.High);
        _rest = rest;
    }

    /// <summary>Gives the units from <paramref name="low"/> to <paramref name="high"/> to the free lists, in as few blocks as go.</summary>
    private void PutAside(uint low, uint high)
    {
        while (low < high)
        {
            int sizeClass = SizeClass.BiggestWithin((int)Math.Min((high - low) << ChunkTable.UnitShift, SizeClass.ClassBytesMax));
            *(uint*)At(low) = _free[sizeClass];
            _free[sizeClass] = low;
            low += (uint)SizeClass.BytesOf(sizeClass) >> ChunkTable.UnitShift;
        }
    }
}
