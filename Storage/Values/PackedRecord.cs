using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Edits of a packed block that is the value of a record: the record grows or shrinks, the tail moves, the count follows. Values that come in must not lie
/// in the record that is edited.
/// </summary>
public static class PackedRecord
{
    /// <summary>Makes a key whose value is an empty block.</summary>
    public static Slot Create(Database database, ReadOnlySpan<byte> key, ulong hash, ValueKind kind)
    {
        ArgumentNullException.ThrowIfNull(database);
        Slot slot = database.Create(key, hash, kind, ValueEncoding.Packed, PackedBlock.HeaderBytes);
        PackedBlock.SetCount(database.Table.Value(slot), 0);
        return slot;
    }

    /// <summary>The block of a record.</summary>
    public static Span<byte> Block(Database database, Slot slot) => database.Table.Value(slot);

    /// <summary>Inserts an entry before a position.</summary>
    public static void Insert(Database database, ref Slot slot, int position, ReadOnlySpan<byte> value)
    {
        Span<byte> block = Open(database, ref slot, position, PackedBlock.EntryBytes(value.Length));
        PackedBlock.Write(block, position, value);
        PackedBlock.SetCount(block, PackedBlock.Count(block) + 1);
    }

    /// <summary>Inserts two entries before a position, growing the record once (field and value, member and score).</summary>
    public static void InsertPair(Database database, ref Slot slot, int position, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> block = Open(database, ref slot, position, PackedBlock.EntryBytes(first.Length) + PackedBlock.EntryBytes(second.Length));
        PackedBlock.Write(block, PackedBlock.Write(block, position, first), second);
        PackedBlock.SetCount(block, PackedBlock.Count(block) + 2);
    }

    /// <summary>Removes <paramref name="entries"/> entries from a position on.</summary>
    public static void Remove(Database database, ref Slot slot, int position, int entries = 1)
    {
        ArgumentNullException.ThrowIfNull(database);
        Span<byte> block = Block(database, slot);
        int end = position;
        for (int i = 0; i < entries; i++)
            end = PackedBlock.Next(block, end);
        ShortMove.Copy(block[end..], block[position..]);
        PackedBlock.SetCount(block, PackedBlock.Count(block) - entries);
        database.Table.ResizeValue(ref slot, block.Length - (end - position));
    }

    /// <summary>Replaces the entry at a position.</summary>
    public static void Replace(Database database, ref Slot slot, int position, ReadOnlySpan<byte> value)
    {
        Span<byte> block = Block(database, slot);
        int old = PackedBlock.Next(block, position) - position;
        int fresh = PackedBlock.EntryBytes(value.Length);
        if (fresh < old)
        {
            ShortMove.Copy(block[(position + old)..], block[(position + fresh)..]);
            block = database.Table.ResizeValue(ref slot, block.Length - old + fresh);
        }
        else if (fresh > old)
        {
            block = Open(database, ref slot, position + old, fresh - old);
        }

        PackedBlock.Write(block, position, value);
    }

    private static Span<byte> Open(Database database, scoped ref Slot slot, int position, int bytes)
    {
        int length = Block(database, slot).Length;
        Span<byte> block = database.Table.ResizeValue(ref slot, length + bytes);
        ShortMove.Copy(block[position..length], block[(position + bytes)..]);
        return block;
    }
}
