using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Expiry of single fields, as Redis 7.4 has it. A hash one of whose fields gets an expiry takes its big form.</summary>
public static class HashExpiry
{
    /// <summary>The latest moment a field can have, in Unix milliseconds: 2^46 - 1, Redis's limit.</summary>
    public const long AtMsMax = (1L << 46) - 1;

    private const int FieldsPerWrite = 16;

    /// <summary>Sets the expiry of a field, or removes the field if that moment has come.</summary>
    public static HashExpiryResult Set(Database database, ref Slot slot, ReadOnlySpan<byte> field, long atMs, HashExpiryCondition condition)
    {
        if (!TryGet(database, slot, field, out long currentMs))
            return HashExpiryResult.NoField;
        if (!IsMet(condition, currentMs, atMs))
            return HashExpiryResult.NotMet;
        if (atMs <= database.Keyspace.DueMs)
        {
            HashValue.Remove(database, ref slot, field);
            return HashExpiryResult.Removed;
        }

        HashValue.ToTable(database, ref slot).SetExpiry(field, atMs);
        return HashExpiryResult.Set;
    }

    /// <summary>Takes the expiry off a field; false if it has none or is not there.</summary>
    public static bool Remove(Database database, Slot slot, ReadOnlySpan<byte> field)
    {
        if (!TryGet(database, slot, field, out long atMs) || atMs == 0)
            return false;
        HashValue.Table(database, slot).SetExpiry(field, 0);
        return true;
    }

    /// <summary>When a field expires in Unix milliseconds, 0 = never; false if it is not there.</summary>
    public static bool TryGet(Database database, Slot slot, ReadOnlySpan<byte> field, out long atMs)
    {
        atMs = 0;
        return HashValue.IsTable(database, slot)
            ? HashValue.Table(database, slot).TryGetExpiry(field, out atMs)
            : HashValue.TryGet(database, slot, field, out _);
    }

    /// <summary>
    /// Frees some fields, whose time has passed, of a hash that is going to be changed and that observers have seen; reports it. True if the whole hash went
    /// with them.
    /// </summary>
    public static bool RemoveDue(Database database, ReadOnlySpan<byte> key, Slot slot)
    {
        if (!HasDue(database, slot))
            return false;
        RemoveDue(database, key, slot, FieldsPerWrite, out bool isGone);
        return isGone;
    }

    /// <summary>For active expiry: frees up to <paramref name="fieldsMax"/> fields of whatever record, if it is a hash with fields whose time has passed, and not kept.</summary>
    internal static int RunSlice(Database database, Slot slot, int fieldsMax)
    {
        if (database.Table.Kind(slot) != ValueKind.Hash || !HasDue(database, slot) || database.IsKept(slot))
            return 0;
        database.BeforeChange(slot);
        byte[] key = database.Table.Key(slot).ToArray();
        return RemoveDue(database, key, slot, fieldsMax, out _);
    }

    private static int RemoveDue(Database database, ReadOnlySpan<byte> key, Slot slot, int fieldsMax, out bool isGone)
    {
        HashTableValue table = HashValue.Table(database, slot);
        int removed = table.RemoveDue(fieldsMax, database, key);
        database.Keyspace.Stats.ExpiredFields += removed;
        database.Changed(key, ChangeClass.Hash, "hexpired");
        isGone = table.Records.Count == 0;
        if (!isGone)
            return removed;
        database.Remove(slot);
        database.Changed(key, ChangeClass.Generic, "del");
        return removed;
    }

    private static bool HasDue(Database database, Slot slot)
        => HashValue.IsTable(database, slot) && HashValue.Table(database, slot).HasDue;

    // A field without an expiry counts as one that expires after all others.
    private static bool IsMet(HashExpiryCondition condition, long currentMs, long atMs) => condition switch
    {
        HashExpiryCondition.IfNone => currentMs == 0,
        HashExpiryCondition.IfAny => currentMs != 0,
        HashExpiryCondition.IfLater => currentMs != 0 && atMs > currentMs,
        HashExpiryCondition.IfEarlier => currentMs == 0 || atMs < currentMs,
        _ => true,
    };
}
