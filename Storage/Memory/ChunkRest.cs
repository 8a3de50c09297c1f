namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// What is left of the memory that is being cut up: the newest chunk, or a bigger free block. Blocks are cut from below and pages from above, so that the alignment of pages
/// wastes nothing. Memory that nobody has written to yet is paged in a piece ahead of what is cut: one call for eight pages costs about half of eight faults.
/// </summary>
/// <remarks>Owned by the arena's owner. Units are those of a handle: 8 bytes.</remarks>
internal unsafe struct ChunkRest
{
    private const uint PageUnits = Arena.PageBytes >> ChunkTable.UnitShift;

    /// <summary>Units paged in at a time: 32 KiB, some 50 microseconds where a fault is dearest (12.8 us a page by fault, 6.8 in such pieces; 6.5 in pieces of 128 KiB).</summary>
    private const uint PieceUnits = 8 * PageUnits;

    private readonly byte* _memory; // where unit _first lies
    private readonly uint _first;
    private uint _newLow; // units from here ...
    private uint _newHigh; // ... to here have not been paged in by this rest

    private ChunkRest(byte* memory, uint first, uint low, uint high, bool isNew)
    {
        _memory = memory;
        _first = first;
        Low = low;
        High = high;
        _newLow = isNew ? first : high;
        _newHigh = high;
    }

    /// <summary>The first unit that is free.</summary>
    public uint Low { get; private set; }

    /// <summary>The unit after the last that is free.</summary>
    public uint High { get; private set; }

    /// <summary>All of a chunk, but for unit 0 of the first: no handle is 0.</summary>
    public static ChunkRest OfChunk(byte* chunk, uint first) => new(chunk, first, first == 0 ? 1 : first, first + ChunkTable.UnitsPerChunk, isNew: true);

    /// <summary>A block that was in use before.</summary>
    public static ChunkRest OfBlock(uint first, uint units) => new(null, first, first, first + units, isNew: false);

    /// <summary>Whether a block of <paramref name="units"/> fits.</summary>
    public readonly bool Holds(uint units) => High - Low >= units;

    /// <summary>Whether a page fits.</summary>
    public readonly bool HoldsPage() => High >= PageUnits && PageBelow(High) >= Low;

    /// <summary>Cuts a block off from below; it fits.</summary>
    public uint Cut(uint units)
    {
        uint block = Low;
        Low += units;
        if (Low > _newLow && _newLow < _newHigh)
            PageInBelow();
        return block;
    }

    /// <summary>Cuts a page off from above; it fits. What lies above it for its alignment, from the unit after it to <paramref name="above"/>, is the caller's.</summary>
    public uint CutPage(out uint above)
    {
        above = High;
        High = PageBelow(High);
        if (High < _newHigh && _newLow < _newHigh)
            PageInAbove();
        return High;
    }

    private static uint PageBelow(uint high) => (high - PageUnits) & ~(PageUnits - 1);

    private void PageInBelow()
    {
        uint end = Math.Min(_newHigh, Math.Max(_newLow + PieceUnits, (Low + PageUnits - 1) & ~(PageUnits - 1)));
        PageIn(_newLow, end);
        _newLow = end;
    }

    private void PageInAbove()
    {
        uint start = Math.Max(_newLow, Math.Min(_newHigh - PieceUnits, High));
        PageIn(start, _newHigh);
        _newHigh = start;
    }

    private readonly void PageIn(uint from, uint to) => NewPages.Make(_memory + ((long)(from - _first) << ChunkTable.UnitShift), (nuint)(to - from) << ChunkTable.UnitShift);
}
