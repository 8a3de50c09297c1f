using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Which segment a hash belongs to: an array of 2^depth pointers indexed by the leading bits. A segment that shares fewer bits than the
/// depth stands in several entries. A field of its table, not a class, so that a lookup goes through it without one more dependent load.
/// </summary>
internal unsafe struct SegmentDirectory
{
    private const int DepthMax = 30;

    /// <summary>Entries allowed per segment. Hashes that cannot be told apart would else double the directory until memory ends.</summary>
    private const long EntriesPerSegmentMax = 4096;

    private Segment** _entries;
    private int _shift;
    private int _depth;
    private uint _block;

    public long Segments { get; private set; }

    public readonly int Depth => _depth;

    public readonly bool IsEmpty => _entries == null;

    public readonly long Bytes => IsEmpty ? 0 : Arena.CapacityOf(BlockBytes);

    private readonly int BlockBytes => sizeof(Segment*) << _depth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Segment* Of(ulong hash) => _entries[(hash >> 1) >> _shift];

    public readonly Segment* AtPrefix(uint prefix) => Of((ulong)prefix << 32);

    /// <summary>The segment after this one in the order of prefixes; null after the last.</summary>
    public readonly Segment* After(Segment* segment) => segment->PrefixEnd > uint.MaxValue ? null : AtPrefix((uint)segment->PrefixEnd);

    /// <summary>Makes the first segment.</summary>
    public void Start(Arena arena)
    {
        Segment* first = NewSegment(arena);
        try
        {
            _depth = 0;
            _block = arena.Allocate(BlockBytes);
        }
        catch
        {
            arena.FreePage(first->Page);
            throw;
        }

        _entries = (Segment**)arena.PointerTo(_block);
        _shift = 63;
        _entries[0] = first;
        Segments = 1;
    }

    /// <summary>
    /// Makes the empty sibling that takes the upper half of a segment's prefixes, and room for it; the caller divides the records.
    /// </summary>
    /// <exception cref="InvalidOperationException">The segment's hashes share more leading bits than a directory of sane size can tell
    /// apart.</exception>
    public Segment* AddSibling(Arena arena, Segment* segment)
    {
        if (segment->LocalDepth == _depth)
            Double(arena);
        Segment* sibling = NewSegment(arena);
        sibling->Prefix = segment->Prefix + (uint)(1UL << (31 - segment->LocalDepth));
        sibling->LocalDepth = ++segment->LocalDepth;
        Segments++;

        Point(sibling);
        return sibling;
    }

    /// <summary>The sibling that a segment could be merged with: the one above it that was split from it and not further.</summary>
    public readonly bool TryUpperSibling(Segment* lower, out Segment* upper)
    {
        uint sibling = lower->LocalDepth == 0 ? 0 : 1u << (32 - lower->LocalDepth);
        bool isLower = sibling != 0 && (lower->Prefix & sibling) == 0;
        upper = isLower ? AtPrefix(lower->Prefix | sibling) : null;
        return isLower && upper->LocalDepth == lower->LocalDepth;
    }

    /// <summary>Where merging goes on after a segment has become one: at the lower of it and its sibling.</summary>
    public readonly Segment* LowerSibling(Segment* segment)
        => segment->LocalDepth == 0 ? segment : AtPrefix(segment->Prefix & ~(1u << (32 - segment->LocalDepth)));

    /// <summary>An empty segment that could stand for two siblings; it does once they are replaced by it.</summary>
    public static Segment* NewParent(Arena arena, Segment* lower)
    {
        Segment* parent = NewSegment(arena);
        parent->Prefix = lower->Prefix;
        parent->LocalDepth = (byte)(lower->LocalDepth - 1);
        return parent;
    }

    /// <summary>Puts the parent in the place of two siblings and frees their pages.</summary>
    public void Replace(Arena arena, Segment* lower, Segment* upper, Segment* parent)
    {
        Point(parent);
        Segments--;
        arena.FreePage(lower->Page);
        arena.FreePage(upper->Page);
    }

    /// <summary>Halves the array for as long as no segment needs its depth.</summary>
    public void Shrink(Arena arena)
    {
        while (_depth > 0 && !AnyAtFullDepth())
        {
            int entries = 1 << (_depth - 1);
            uint block = arena.Allocate(BlockBytes / 2);
            Segment** halved = (Segment**)arena.PointerTo(block);
            for (int i = 0; i < entries; i++)
                halved[i] = _entries[2 * i];
            arena.Free(_block, BlockBytes);
            _block = block;
            _entries = halved;
            _depth--;
            _shift++;
        }
    }

    /// <summary>Frees the array of entries; the segments are the caller's.</summary>
    public void Release(Arena arena)
    {
        arena.Free(_block, BlockBytes);
        this = default;
    }

    private static Segment* NewSegment(Arena arena)
    {
        uint page = arena.AllocatePage();
        Segment* segment = (Segment*)arena.PointerTo(page);
        *segment = default;
        segment->Page = page;
        return segment;
    }

    private readonly bool AnyAtFullDepth()
    {
        for (int i = 0; i < 1 << _depth; i += 2)
        {
            if (_entries[i] != _entries[i + 1])
                return true;
        }

        return false;
    }

    private readonly void Point(Segment* segment)
    {
        int entries = 1 << (_depth - segment->LocalDepth);
        Segment** first = _entries + (((ulong)segment->Prefix << _depth) >> 32);
        for (int i = 0; i < entries; i++)
            first[i] = segment;
    }

    private void Double(Arena arena)
    {
        if (_depth == DepthMax || (2L << _depth) > EntriesPerSegmentMax * (Segments + 1))
            throw new InvalidOperationException($"table: a segment is full of hashes that share {_depth} leading bits; is KeyHash seeded?");
        int entries = 1 << _depth;
        uint block = arena.Allocate(BlockBytes * 2);
        Segment** doubled = (Segment**)arena.PointerTo(block);
        for (int i = 0; i < entries; i++)
            doubled[2 * i] = doubled[(2 * i) + 1] = _entries[i];
        arena.Free(_block, BlockBytes);
        _block = block;
        _entries = doubled;
        _depth++;
        _shift--;
    }
}
