using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Hashes in records: fields and values in turn in one packed block while they are few and short (<see cref="HashLimits"/>) and none has an expiry, a
/// <see cref="HashTableValue"/> from then on.
/// </summary>
public static class HashValue
{
    private const int Step = 2;

    /// <summary>Makes an absent key an empty hash, to be filled.</summary>
    public static Slot Create(Database database, ReadOnlySpan<byte> key, ulong hash) => PackedRecord.Create(database, key, hash, ValueKind.Hash);

    /// <summary>Fields that are there.</summary>
    public static long Count(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        return IsTable(database, slot) ? Table(database, slot).Count : PackedBlock.Count(database.Table.Value(slot)) / Step;
    }

    /// <summary>Finds the value of a field.</summary>
    public static bool TryGet(Database database, Slot slot, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (IsTable(database, slot))
            return Table(database, slot).TryGet(field, out value);
        ReadOnlySpan<byte> block = database.Table.Value(slot);
        int position = PackedBlock.Find(block, field, Step);
        value = position < 0 ? default : PackedBlock.Read(block, PackedBlock.Next(block, position));
        return position >= 0;
    }

    /// <summary>Sets a field; its expiry goes, or stays if <paramref name="keepExpiry"/>. True if it was not there.</summary>
    public static bool Set(Database database, ref Slot slot, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, bool keepExpiry = false)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (IsTable(database, slot))
            return Table(database, slot).Set(field, value, keepExpiry);
        if (Math.Max(field.Length, value.Length) > HashLimits.ValueBytesMax)
            return ToTable(database, ref slot).Set(field, value);
        ReadOnlySpan<byte> block = database.Table.Value(slot);
        int position = PackedBlock.Find(block, field, Step);
        if (position >= 0)
        {
            PackedRecord.Replace(database, ref slot, PackedBlock.Next(block, position), value);
            return false;
        }

        if (PackedBlock.Count(block) / Step >= HashLimits.FieldsMax)
            return ToTable(database, ref slot).Set(field, value);
        PackedRecord.InsertPair(database, ref slot, block.Length, field, value);
        return true;
    }

    /// <summary>Removes a field; true if it was there. The hash may be empty then, and the caller removes its key.</summary>
    public static bool Remove(Database database, ref Slot slot, ReadOnlySpan<byte> field)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (IsTable(database, slot))
            return Table(database, slot).Remove(field);
        int position = PackedBlock.Find(database.Table.Value(slot), field, Step);
        if (position < 0)
            return false;
        PackedRecord.Remove(database, ref slot, position, Step);
        return true;
    }

    /// <summary>Makes a hash big at once that is going to get this many fields.</summary>
    public static void Reserve(Database database, ref Slot slot, int fields)
    {
        if (fields > HashLimits.FieldsMax)
            ToTable(database, ref slot);
    }

    /// <summary>The big form of a hash, made if it is packed.</summary>
    public static HashTableValue ToTable(Database database, ref Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (IsTable(database, slot))
            return Table(database, slot);
        HashTableValue table = new(database.Keyspace);
        HashEntries entries = new(database, slot);
        while (entries.MoveNext())
            table.Set(entries.Field, entries.Value);
        database.PutObject(ref slot, table);
        return table;
    }

    /// <summary>Whether the hash is in its big form.</summary>
    public static bool IsTable(Database database, Slot slot) => database.Table.Encoding(slot) == ValueEncoding.Object;

    /// <summary>The big form of a hash that has it.</summary>
    public static HashTableValue Table(Database database, Slot slot) => database.Object<HashTableValue>(slot);
}
