using System.Numerics;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// What a table held before it was emptied by <see cref="DashTable.Detach"/>: its owner frees it in steps, so that dropping millions of
/// records stops nobody (FLUSHALL ASYNC, UNLINK). To be finished before the arena is disposed of.
/// </summary>
public sealed unsafe class TableRemains
{
    private readonly Arena _arena;
    private SegmentDirectory _directory;
    private Segment* _next;

    internal TableRemains(Arena arena, SegmentDirectory directory, long count)
    {
        Count = count;
        _arena = arena;
        _directory = directory;
        _next = directory.IsEmpty ? null : directory.AtPrefix(0);
    }

    /// <summary>Frees all segments and their records.</summary>
    public void FreeAll()
    {
        long all = long.MaxValue;
        FreeSome(ref all);
    }

    /// <summary>Frees up to this many segments (about 600 records each) and their records, and takes them from the number; false when nothing is left.</summary>
    public bool FreeSome(ref long segments)
    {
        for (; segments > 0 && _next != null; segments--)
        {
            Segment* segment = _next;
            _next = _directory.After(segment);
            FreeSegment(segment);
        }

        if (_next == null && !_directory.IsEmpty)
            _directory.Release(_arena);
        return _next != null;
    }

    /// <summary>Records that the table had.</summary>
    public long Count { get; }

    private void FreeSegment(Segment* segment)
    {
        for (int i = 0; i < Segment.Buckets; i++)
        {
            Prefetch.Ahead(_arena, segment, i);
            Bucket* bucket = Segment.At(segment, i);
            for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            {
                uint handle = bucket->Handles[BitOperations.TrailingZeroCount(left)];
                _arena.Free(handle, Record.SizeOf(_arena.PointerTo(handle)));
            }
        }

        _arena.FreePage(segment->Page);
    }
}
