using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// The chunks of 2 MiB that size-class blocks and pages are cut from. A handle's upper bits are the chunk's index here, the lower 18 its
/// offset in units of 8 bytes: 31 bits name 16 GiB an arena. Chunks never move. Owned by the arena's owner, but for the queue of full ones and the spare one.
/// </summary>
internal sealed unsafe class ChunkTable(string arena)
{
    public const int ChunkBytes = 2 * 1024 * 1024;
    public const int UnitShift = 3;
    public const int ChunkShift = 18;
    public const uint UnitsPerChunk = 1u << ChunkShift;
    private const int ChunksMax = 1 << (31 - ChunkShift);

    private readonly ConcurrentQueue<nint> _full = new();
    private nint[] _pinned = [];
    private nint _spare;
    private bool _isLastHuge;

    public int Count { get; private set; }

    /// <summary>Whether new chunks are huge pages before anything is written to them: nobody waits for whoever fills them.</summary>
    public bool IsHugeFromTheFirst { get; set; }

    /// <summary>Whether a chunk has been made ready for the next <see cref="Reserve"/>.</summary>
    public bool HasSpare => Volatile.Read(ref _spare) != 0;

    public long ReservedBytes => (long)(Count + (HasSpare ? 1 : 0)) * ChunkBytes;

    /// <summary>The first entry of the table; another after each <see cref="Reserve"/>.</summary>
    public byte** Entries { get; private set; }

    /// <summary>
    /// Takes one more chunk from the operating system; the handle of its first unit. Nothing is changed if there is none.
    /// </summary>
    public uint Reserve()
    {
        if (Count == ChunksMax)
            throw new InsufficientMemoryException($"arena {arena}: {ReservedBytes} bytes reserved, more than its handles can name");
        if (Count == _pinned.Length)
            Grow();
        byte* chunk = (byte*)Interlocked.Exchange(ref _spare, 0);
        bool isHuge = chunk is not null || IsHugeFromTheFirst;
        if (chunk is null)
            chunk = Allocate(isHuge);
        // A chunk is filled in pages of 4 KiB and becomes a huge page when the next one is begun, outside the owner's thread: a fault that clears 2 MiB,
        // or compacts memory to find them, would stall a batch for milliseconds (p99 of HSET at pipeline 16: 6.3 against 2.0 ms).
        if (Count > 0 && !_isLastHuge)
        {
            HugePages.Advise(Entries[Count - 1], ChunkBytes);
            _full.Enqueue((nint)Entries[Count - 1]);
        }

        _isLastHuge = isHuge;
        Entries[Count] = chunk;
        return (uint)Count++ << ChunkShift;
    }

    /// <summary>Takes the next chunk from the operating system and has it cleared now, unless there is one already. Any thread, one at a time.</summary>
    public void Prepare()
    {
        if (HasSpare)
            return;
        byte* chunk = Allocate(isHuge: true);
        for (int page = 0; page < ChunkBytes; page += Arena.PageBytes)
            chunk[page] = 0;
        Volatile.Write(ref _spare, (nint)chunk);
    }

    /// <summary>Makes a huge page of one chunk that has become full; false if there is none. Any thread. A chunk that was given back meanwhile does not matter: only pages change.</summary>
    public bool TryCollapse()
    {
        if (!_full.TryDequeue(out nint chunk))
            return false;
        HugePages.Collapse((void*)chunk, ChunkBytes);
        return true;
    }

    /// <summary>Gives back all chunks but the first <paramref name="keep"/>.</summary>
    public void Release(int keep)
    {
        while (Count > keep)
        {
            NativeMemory.AlignedFree(Entries[--Count]);
            Entries[Count] = null;
        }

        NativeMemory.AlignedFree((void*)Interlocked.Exchange(ref _spare, 0));
    }

    private static byte* Allocate(bool isHuge)
    {
        byte* chunk = (byte*)NativeMemory.AlignedAlloc(ChunkBytes, ChunkBytes);
        if (isHuge)
            HugePages.Advise(chunk, ChunkBytes);
        return chunk;
    }

    private void Grow()
    {
        nint[] grown = GC.AllocateArray<nint>(Math.Max(16, Count * 2), pinned: true);
        Array.Copy(_pinned, grown, Count);
        _pinned = grown;
        Entries = (byte**)Marshal.UnsafeAddrOfPinnedArrayElement(grown, 0);
    }
}
