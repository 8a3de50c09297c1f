using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// Copies and moves values from key to key, between databases of one shard or of two (RENAME, COPY, MOVE, SORT ... STORE). The caller owns the shards of both
/// databases, has shown both keys to observers (FindForWrite), has removed what the target key held, and reports the changes. All slots of both databases
/// are invalid afterwards, except the one that is returned.
/// </summary>
public static class ValueTransfer
{
    /// <summary>Copies the value and the expiry of an existing key to an absent one; the slot of the copy.</summary>
    public static Slot Copy(Database source, ReadOnlySpan<byte> sourceKey, ulong sourceHash, Database target, ReadOnlySpan<byte> targetKey, ulong targetHash)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        Slot from = Find(source, sourceKey, sourceHash);
        long expireAtMs = source.Table.ExpireAtMs(from);
        return source.Table.Encoding(from) == ValueEncoding.Object
            ? target.CreateObject(targetKey, targetHash, source.Object<LargeValue>(from).CopyTo(target.Keyspace), expireAtMs)
            : CopyBytes(source, sourceKey, sourceHash, target, targetKey, targetHash);
    }

    /// <summary>
    /// Moves the value and the expiry of an existing key to an absent one and removes the former key; the slot of the latter. Within a shard a big container
    /// keeps its elements where they are.
    /// </summary>
    public static Slot Move(Database source, ReadOnlySpan<byte> sourceKey, ulong sourceHash, Database target, ReadOnlySpan<byte> targetKey, ulong targetHash)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        Slot from = Find(source, sourceKey, sourceHash);
        if (source.Table.Encoding(from) == ValueEncoding.Object && ReferenceEquals(source.Keyspace, target.Keyspace))
        {
            long expireAtMs = source.Table.ExpireAtMs(from);
            LargeValue value = source.TakeObject(from);
            source.Remove(from);
            return target.CreateObject(targetKey, targetHash, value, expireAtMs);
        }

        Copy(source, sourceKey, sourceHash, target, targetKey, targetHash);
        source.Remove(Find(source, sourceKey, sourceHash));
        return Find(target, targetKey, targetHash);
    }

    // Creating may move what the source's slot stood for, if both keys are in one table: the source is found again after it.
    private static Slot CopyBytes(
        Database source, ReadOnlySpan<byte> sourceKey, ulong sourceHash, Database target, ReadOnlySpan<byte> targetKey, ulong targetHash)
    {
        Slot from = Find(source, sourceKey, sourceHash);
        DashTable table = source.Table;
        Slot to = target.Create(targetKey, targetHash, table.Kind(from), table.Encoding(from), table.Value(from).Length, table.ExpireAtMs(from));
        from = Find(source, sourceKey, sourceHash);
        table.Value(from).CopyTo(target.Table.Value(to));
        return to;
    }

    private static Slot Find(Database database, ReadOnlySpan<byte> key, ulong hash)
        => database.Table.TryFind(key, hash, out Slot slot) ? slot : throw new InvalidOperationException("The key of a transfer is not there.");
}
