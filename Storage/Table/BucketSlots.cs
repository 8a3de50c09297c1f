using System.Numerics;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The records of one physical bucket, or those of them that are left. The current one may be removed from the table while enumerating; no other change of it is allowed.
/// </summary>
public unsafe struct BucketSlots
{
    private readonly Arena _arena;
    private readonly Bucket* _bucket;
    private uint _left;

    internal BucketSlots(Arena arena, Bucket* bucket, uint left)
    {
        _arena = arena;
        _bucket = bucket;
        _left = left;
    }

    /// <summary>The record that the enumeration is at.</summary>
    public Slot Current { readonly get; private set; }

    /// <summary>How many are left.</summary>
    public readonly int Count => BitOperations.PopCount(_left);

    /// <summary>An enumeration of those that are left.</summary>
    public readonly BucketSlots GetEnumerator() => this;

    /// <summary>The bucket.</summary>
    public readonly BucketRef BucketRef => new(_bucket);

    internal readonly Bucket* Bucket => _bucket;

    internal readonly uint Left => _left;

    /// <summary>Leaves a record out from here on: it has been dealt with.</summary>
    public void LeaveOut(Slot slot) => _left &= ~(1u << slot.Index);

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
