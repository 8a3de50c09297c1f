// Owner: the shard that the value is in.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// A record that is too big to be written in one step of its shard. It is held by what stays where it is while nobody changes the record, whatever happens to the
/// table around it: the record's handle and the container. Good until the record is changed or removed.
/// </summary>
public sealed class BigValue
{
    /// <summary>Bytes of a value from which on it is one: a split takes all values of a segment, some hundreds, in one step.</summary>
    public const int BytesMin = 16 * 1024;

    // What a form adds beside key and value, and elements that take more room in a file than in memory.
    private const int BesideBytes = 1024;
    private const int SpareShare = 8;

    private readonly DashTable _table;

    private BigValue(Database content, int number, Slot slot, RdbType type)
    {
        _table = content.Table;
        Container = content.Table.Encoding(slot) == ValueEncoding.Object ? content.Object<LargeValue>(slot) : null;
        Number = number;
        Type = type;
        Handle = _table.RecordHandle(slot);
        ExpireAtMs = _table.ExpireAtMs(slot);
        IsSticky = _table.IsSticky(slot);
        long bytes = _table.BytesOf(slot) + (Container?.MemoryBytes ?? 0);
        FileBytesMax = (int)Math.Min(Array.MaxLength, bytes + (bytes / SpareShare) + BesideBytes);
    }

    /// <summary>The number that its database had at the cut.</summary>
    public int Number { get; }

    /// <summary>The form that it is written in.</summary>
    public RdbType Type { get; }

    /// <summary>When it expires, in Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; }

    /// <summary>Whether eviction passes it over.</summary>
    public bool IsSticky { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => _table.KeyOfRecord(Handle);

    /// <summary>Bytes that it is expected to take in a file at most.</summary>
    public int FileBytesMax { get; }

    /// <summary>The container; null of a string.</summary>
    internal LargeValue? Container { get; }

    /// <summary>The bytes of a string.</summary>
    internal ReadOnlySpan<byte> Text => _table.ValueOfRecord(Handle);

    private uint Handle { get; }

    /// <summary>What a record is held by if it is big; null if it is not, or can only be written at once: the fields of a hash that expire are counted at one moment.</summary>
    public static BigValue? Of(Database content, int number, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(content);
        DashTable table = content.Table;
        if (table.Encoding(slot) != ValueEncoding.Object)
            return table.Value(slot).Length >= BytesMin && table.Kind(slot) == ValueKind.String ? new BigValue(content, number, slot, RdbType.String) : null;
        return content.Object<LargeValue>(slot).MemoryBytes >= BytesMin && ValueEncoder.TryTypeOf(content, slot, out RdbType type) && type != RdbType.HashExpiring
            ? new BigValue(content, number, slot, type)
            : null;
    }

    /// <summary>What tells it from all others: the same for any slot of its record.</summary>
    public static (DashTable Table, uint Handle) IdentityOf(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        return (database.Table, database.Table.RecordHandle(slot));
    }

    /// <summary>What tells it from all others.</summary>
    public (DashTable Table, uint Handle) Identity => (_table, Handle);
}
