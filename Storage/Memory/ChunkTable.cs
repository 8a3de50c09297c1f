using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// The chunks of 2 MiB that size-class blocks and pages are cut from. A handle's upper bits are the chunk's index here, the lower 18 its
/// offset in units of 8 bytes: 31 bits name 16 GiB an arena. Chunks never move. Owned by the arena's owner, but for the queues of full ones and of spare ones.
/// </summary>
internal sealed unsafe class ChunkTable(string arena)
{
    public const int ChunkBytes = 2 * 1024 * 1024;
    public const int UnitShift = 3;
    public const int ChunkShift = 18;
    public const uint UnitsPerChunk = 1u << ChunkShift;
    private const int ChunksMax = 1 << (31 - ChunkShift);

    private readonly ConcurrentQueue<nint> _full = new();
    private readonly ConcurrentQueue<nint> _spares = new();
    private nint[] _pinned = [];
    private bool _isLastHuge;

    public int Count { get; private set; }

    /// <summary>Whether new chunks are huge pages before anything is written to them: nobody waits for whoever fills them.</summary>
    public bool IsHugeFromTheFirst { get; set; }

    /// <summary>Chunks that have been made ready for the next times of <see cref="Reserve"/>. Any thread.</summary>
    public int Spares => _spares.Count;

    public long ReservedBytes => (long)(Count + Spares) * ChunkBytes;

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
        bool isSpare = _spares.TryDequeue(out nint spare);
        bool isHuge = isSpare || IsHugeFromTheFirst;
        byte* chunk = isSpare ? (byte*)spare : Allocate(isHuge);
        // A chunk is filled in pages of 4 KiB and becomes a huge page when the next one is begun, outside the owner's thread and when there is time: a fault that
        // clears 2 MiB, or compacts memory to find them, would stall a batch for milliseconds (p99 of HSET at pipeline 16: 6.3 against 2.0 ms).
        if (Count > 0 && !_isLastHuge)
        {
            HugePages.Advise(Entries[Count - 1], ChunkBytes);
            _full.Enqueue((nint)Entries[Count - 1]);
        }

        _isLastHuge = isHuge;
        Entries[Count] = chunk;
        return (uint)Count++ << ChunkShift;
    }

    /// <summary>Takes a chunk from the operating system and has it cleared now, if none is spare. Any thread.</summary>
    public void Prepare()
    {
        if (Spares > 0)
            return;
        byte* chunk = Allocate(isHuge: true);
        for (int page = 0; page < ChunkBytes; page += Arena.PageBytes)
            chunk[page] = 0;
        _spares.Enqueue((nint)chunk);
    }

    /// <summary>Makes a huge page of one chunk that has become full; false if there is none. Any thread. A chunk that was given back meanwhile does not matter: only pages change.</summary>
    public bool TryCollapse()
    {
        if (!_full.TryDequeue(out nint chunk))
            return false;
        HugePages.Collapse((void*)chunk);
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

        while (_spares.TryDequeue(out nint spare))
            NativeMemory.AlignedFree((void*)spare);
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
