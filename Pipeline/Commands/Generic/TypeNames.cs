using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Types and layouts of values in Redis's words (TYPE, SCAN TYPE, OBJECT ENCODING).</summary>
internal static class TypeNames
{
    // Redis lays a string of up to this length out beside its header.
    private const int EmbeddedBytesMax = 44;

    /// <summary>The name of a type.</summary>
    public static string Of(ValueKind kind) => kind switch
    {
        ValueKind.String => "string",
        ValueKind.List => "list",
        ValueKind.Set => "set",
        ValueKind.SortedSet => "zset",
        ValueKind.Hash => "hash",
        ValueKind.Stream => "stream",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A type without a name."),
    };

    /// <summary>The name that Redis 7.2 gives to the layout nearest to that of a record.</summary>
    public static string EncodingOf(Database database, Slot slot)
    {
        ValueKind kind = database.Table.Kind(slot);
        return database.Table.Encoding(slot) switch
        {
            ValueEncoding.Raw or ValueEncoding.Ascii => StringValue.Length(database, slot) <= EmbeddedBytesMax ? "embstr" : "raw",
            ValueEncoding.Integer => "int",
            ValueEncoding.IntegerSet => "intset",
            ValueEncoding.Packed => "listpack",
            _ => kind switch
            {
                ValueKind.List => "quicklist",
                ValueKind.SortedSet => "skiplist",
                ValueKind.Stream => "stream",
                _ => "hashtable",
            },
        };
    }
}
