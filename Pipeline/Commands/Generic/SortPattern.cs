using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>
/// BY and GET patterns of SORT: "#" is the element itself, "weight_*" a string key, "object_*->field" a field of a hash; the star stands for the element.
/// The keys are not known before the command runs: SORT holds all shards.
/// </summary>
internal static class SortPattern
{
    /// <summary>What a pattern gives for an element; null if there is nothing.</summary>
    public static byte[]? Resolve(ref CommandCall call, int patternAt, byte[] element)
    {
        ReadOnlySpan<byte> pattern = call.Args[patternAt];
        if (pattern.SequenceEqual("#"u8))
            return element;
        int star = pattern.IndexOf((byte)'*');
        if (star < 0)
            return null;
        ReadOnlySpan<byte> tail = pattern[(star + 1)..];
        int arrow = tail.IndexOf("->"u8);
        ReadOnlySpan<byte> field = arrow >= 0 && arrow + 2 < tail.Length ? tail[(arrow + 2)..] : default;
        if (!field.IsEmpty)
            tail = tail[..arrow];
        byte[] key = [.. pattern[..star], .. element, .. tail];
        Database database = call.Locate(key, call.Client.Database, out ulong hash);
        if (!database.FindForRead(key, hash, out Slot slot))
            return null;
        return field.IsEmpty ? ReadString(database, slot) : ReadField(database, slot, field);
    }

    private static byte[]? ReadString(Database database, Slot slot)
        => database.Table.Kind(slot) == ValueKind.String ? database.StringBytes(slot, stackalloc byte[StringValue.ScratchBytes]).ToArray() : null;

    private static byte[]? ReadField(Database database, Slot slot, ReadOnlySpan<byte> field)
        => database.Table.Kind(slot) == ValueKind.Hash && HashValue.TryGet(database, slot, field, out ReadOnlySpan<byte> value) ? value.ToArray() : null;
}
