using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>A record that was copied out of its table as it lay in memory (<see cref="DashTable.Whole(Slot)"/>), read outside its shard. As good as the bytes that it is in.</summary>
internal readonly ref struct RecordCopy
{
    /// <summary>Reads the record that <paramref name="bytes"/> begin with; others may follow.</summary>
    public unsafe RecordCopy(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* record = &MemoryMarshal.GetReference(bytes))
        {
            int flags = Record.Flags(record);
            ExpireAtMs = (flags & Record.HasExpiry) != 0 ? Record.ExpireAtMs(record) : 0;
            Encoding = (ValueEncoding)Record.Encoding(record);
            int keyStart = Record.KeyOffset(flags);
            int valueStart = keyStart + Record.KeyLength(record);
            Length = valueStart + Record.ValueLength(record);
            Key = bytes[keyStart..valueStart];
            Value = bytes[valueStart..Length];
        }
    }

    /// <summary>Bytes of the record.</summary>
    public int Length { get; }

    /// <summary>When it expires, in Unix milliseconds; 0 = never.</summary>
    public long ExpireAtMs { get; }

    /// <summary>How its value is laid out.</summary>
    public ValueEncoding Encoding { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
