using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>What can be read and changed of a record through its slot, without another comparison of keys.</summary>
public sealed unsafe partial class DashTable
{
    /// <summary>The key of a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Key(Slot slot)
    {
        Verify(slot);
        return Record.Key(slot.Record);
    }

    /// <summary>The value bytes of a record, writable in place. Whoever writes calls <see cref="BeforeWrite"/> first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Value(Slot slot)
    {
        Verify(slot);
        return Record.Value(slot.Record);
    }

    /// <summary>The type of a record's value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueKind Kind(Slot slot)
    {
        Verify(slot);
        return (ValueKind)(Record.Flags(slot.Record) & Record.KindMask);
    }

    /// <summary>The layout of a record's value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueEncoding Encoding(Slot slot)
    {
        Verify(slot);
        return (ValueEncoding)Record.Encoding(slot.Record);
    }

    /// <summary>When a record expires, in Unix milliseconds; 0 = never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ExpireAtMs(Slot slot)
    {
        Verify(slot);
        return (Record.Flags(slot.Record) & Record.HasExpiry) != 0 ? Record.ExpireAtMs(slot.Record) : 0;
    }

    /// <summary>Whether the record is exempt from eviction (STICK).</summary>
    public bool IsSticky(Slot slot)
    {
        Verify(slot);
        return (Record.Flags(slot.Record) & Record.Sticky) != 0;
    }

    /// <summary>Bytes that the record occupies, rounded up to its size class.</summary>
    public int BytesOf(Slot slot)
    {
        Verify(slot);
        return Arena.CapacityOf(Record.SizeOf(slot.Record));
    }

    /// <summary>Exempts a record from eviction, or no longer.</summary>
    public void SetSticky(Slot slot, bool sticky)
    {
        BeforeWrite(slot);
        ref byte flags = ref Record.Flags(slot.Record);
        flags = (byte)(sticky ? flags | Record.Sticky : flags & ~Record.Sticky);
    }

    /// <summary>Changes type and layout of a record, without touching its bytes.</summary>
    public void SetKind(Slot slot, ValueKind kind, ValueEncoding encoding)
    {
        BeforeWrite(slot);
        ref byte flags = ref Record.Flags(slot.Record);
        flags = (byte)((flags & ~Record.KindMask) | ((int)kind & Record.KindMask));
        Record.Encoding(slot.Record) = (byte)encoding;
    }

    /// <summary>
    /// Sets or removes (0) the expiry. The record may move: spans taken before are void, <paramref name="slot"/> is brought up to date.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is none; the record is as it was.</exception>
    public void SetExpireAtMs(ref Slot slot, long expireAtMs)
    {
        BeforeWrite(slot);
        int length = Record.ValueLength(slot.Record);
        Reshape(ref slot, length, length, expireAtMs != 0);
        if (expireAtMs != 0)
            Record.ExpireAtMs(slot.Record) = expireAtMs;
    }

    /// <summary>
    /// Changes the length of a value, keeping its first bytes. The record may move: spans taken before are void, <paramref name="slot"/> is
    /// brought up to date.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is none; the record is as it was.</exception>
    public Span<byte> ResizeValue(scoped ref Slot slot, int valueLength)
    {
        BeforeWrite(slot);
        byte* record = slot.Record;
        Reshape(ref slot, valueLength, Math.Min(valueLength, Record.ValueLength(record)), (Record.Flags(record) & Record.HasExpiry) != 0);
        return Record.Value(slot.Record);
    }

    /// <summary>
    /// Gives a record another value in one step, as SET does: type, layout, length and expiry (0 = none). The bytes of the value are
    /// undefined, for the caller to fill; if its size class stays the record does.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is none; the record is as it was.</exception>
    public Span<byte> ReplaceValue(scoped ref Slot slot, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs = 0)
    {
        BeforeWrite(slot);
        Reshape(ref slot, valueLength, 0, expireAtMs != 0);
        byte* record = slot.Record;
        ref byte flags = ref Record.Flags(record);
        flags = (byte)((flags & ~Record.KindMask) | ((int)kind & Record.KindMask));
        Record.Encoding(record) = (byte)encoding;
        if (expireAtMs != 0)
            Record.ExpireAtMs(record) = expireAtMs;
        return Record.Value(record);
    }

    /// <summary>
    /// Tells the observer that the record's bytes will be written in place. The methods of the table that change a record call it
    /// themselves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeWrite(Slot slot)
    {
        Verify(slot);
        Observer?.BeforeChange(slot);
    }

    /// <summary>
    /// A handle that names the record for as long as it is not removed, resized or given another expiry (ordered indexes refer to members
    /// by it).
    /// </summary>
    public uint RecordHandle(Slot slot)
    {
        Verify(slot);
        return slot.Bucket->Handles[slot.Index];
    }

    /// <summary>The key of a record by its handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> KeyOfRecord(uint handle) => Record.Key(_arena.PointerTo(handle));

    /// <summary>The value bytes of a record by its handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> ValueOfRecord(uint handle) => Record.Value(_arena.PointerTo(handle));

    /// <summary>
    /// Gives a record another length of value or room for an expiry. In place if its size class stays; nothing is changed if memory ends.
    /// </summary>
    private void Reshape(scoped ref Slot slot, int valueLength, int valueBytesKept, bool hasExpiry)
    {
        byte* record = slot.Record;
        int oldSize = Record.SizeOf(record);
        int size = Record.Size(Record.KeyLength(record), valueLength, hasExpiry);
        int oldCapacity = Arena.CapacityOf(oldSize), capacity = Arena.CapacityOf(size);
        bool sameShape = Record.HasShape(record, valueLength, hasExpiry);
        if (oldCapacity == capacity && (!_arena.IsChecked || oldSize == size))
        {
            if (sameShape)
                Record.SetValueLength(record, valueLength);
            else
                Record.Reshape(record, record, valueLength, valueBytesKept, hasExpiry);
            return;
        }

        ref uint handle = ref slot.Bucket->Handles[slot.Index];
        uint moved;
        if (sameShape)
        {
            moved = _arena.Reallocate(handle, oldSize, size);
            record = _arena.PointerTo(moved);
            Record.SetValueLength(record, valueLength);
        }
        else
        {
            moved = _arena.Allocate(size);
            byte* target = _arena.PointerTo(moved);
            Record.Reshape(record, target, valueLength, valueBytesKept, hasExpiry);
            _arena.Free(handle, oldSize);
            record = target;
        }

        handle = moved;
        _recordBytes += capacity - oldCapacity;
        slot = new Slot(slot.Bucket, slot.Index, record);
    }

    /// <summary>Checked processes only (the compiler drops it elsewhere): the slot must still name the record that it named.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Verify(Slot slot)
    {
        if (ArenaOptions.CheckedProcess)
            VerifyNow(slot);
    }

    internal void VerifyNow(Slot slot)
    {
        if (slot.IsNone)
            throw new ArenaCheckException($"arena {_arena.Name}: a slot that names no record was used");
        bool occupied = ((slot.Bucket->Occupied >> slot.Index) & 1) != 0;
        uint handle = slot.Bucket->Handles[slot.Index];
        if (!occupied || _arena.PointerTo(handle) != slot.Record)
            throw ArenaCheckException.For(_arena.Name, handle, 0, "its slot was used after the table had changed");
    }
}
