using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Which segment a hash belongs to: an array of 2^depth pointers indexed by the leading bits. A segment that shares fewer bits than the depth stands in
/// several entries. A field of its table, not a class, so that a lookup goes through it without one more dependent load.
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

    /// <summary>Makes the empty sibling that takes the upper half of a segment's prefixes, and room for it; the caller divides the records.</summary>
    /// <exception cref="InvalidOperationException">The segment's hashes share more leading bits than a directory of sane size can tell apart.</exception>
    public Segment* AddSibling(Arena arena, Segment* segment)
    {
        if (segment->LocalDepth == _depth)
            Double(arena);
        Segment* sibling = NewSegment(arena);
        sibling->Prefix = segment->Prefix + (uint)(1UL << (31 - segment->LocalDepth));
        sibling->LocalDepth = ++segment->LocalDepth;
        Segments++;

        int entries = 1 << (_depth - sibling->LocalDepth);
        Segment** first = _entries + (((ulong)sibling->Prefix << _depth) >> 32);
        for (int i = 0; i < entries; i++)
            first[i] = sibling;
        return sibling;
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
