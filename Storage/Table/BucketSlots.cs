using System.Numerics;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The records of one physical bucket. The current one may be removed while enumerating; no other change of the table is allowed.
/// </summary>
public unsafe struct BucketSlots
{
    private readonly Arena _arena;
    private readonly Bucket* _bucket;
    private uint _left;

    internal BucketSlots(Arena arena, Bucket* bucket)
    {
        _arena = arena;
        _bucket = bucket;
        _left = bucket->Occupied;
    }

    /// <summary>The record that the enumeration is at.</summary>
    public Slot Current { readonly get; private set; }

    /// <summary>An enumeration of the records.</summary>
    public readonly BucketSlots GetEnumerator() => new(_arena, _bucket);

    /// <summary>To the next record.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        int index = BitOperations.TrailingZeroCount(_left);
        _left &= _left - 1;
        Current = new Slot(_bucket, index, _arena.PointerTo(_bucket->Handles[index]));
        return true;
    }
}
