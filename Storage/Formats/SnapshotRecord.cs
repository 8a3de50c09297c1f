using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// A key with its value as a snapshot holds it. Type and value together are the payload: what DUMP gives, without its footer. They are apart because in an
/// RDB file the key stands between them. Good until the reader is asked for more.
/// </summary>
public readonly ref struct SnapshotRecord
{
    /// <summary>What idle time and frequency are when nothing is known of them.</summary>
    public const int Unknown = -1;

    internal SnapshotRecord(ReadOnlySpan<byte> key, RdbType type, ReadOnlySpan<byte> value)
    {
        Key = key;
        Type = type;
        Value = value;
    }

    /// <summary>The number of its database.</summary>
    public int Database { get; internal init; }

    /// <summary>When it expires, in Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; internal init; }

    /// <summary>Seconds since it was used, for LRU; or <see cref="Unknown"/>.</summary>
    public long IdleSeconds { get; internal init; } = Unknown;

    /// <summary>How often it is used (0 to 255), for LFU; or <see cref="Unknown"/>.</summary>
    public int Frequency { get; internal init; } = Unknown;

    /// <summary>What our own format says besides; RDB has no form for it.</summary>
    public RecordMarks Marks { get; internal init; }

    /// <summary>Whether eviction passes it over (STICK).</summary>
    public bool IsSticky => (Marks & RecordMarks.Sticky) != 0;

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>How the value is laid out.</summary>
    public RdbType Type { get; }

    /// <summary>The value, whole but not decoded: it may be damaged in itself.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Bytes of the payload.</summary>
    public int PayloadLength => 1 + Value.Length;

    /// <summary>Puts the payload at the beginning of a span that has room for it: what <see cref="DumpPayload.TryRead(ReadOnlySpan{byte}, RdbScratch, Keyspace.Keyspace, out DecodedValue)"/> reads.</summary>
    public void CopyPayloadTo(Span<byte> destination)
    {
        destination[0] = (byte)Type;
        Value.CopyTo(destination[1..]);
    }

    /// <summary>Reads the value; false if it is damaged or of a type that is not known. The value is for the given shard.</summary>
    public bool TryDecode(RdbScratch scratch, Keyspace.Keyspace keyspace, out DecodedValue value) => DumpPayload.TryRead(Type, Value, scratch, keyspace, out value);
}
