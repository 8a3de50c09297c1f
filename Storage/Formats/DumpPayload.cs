using System.Buffers;
using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>What DUMP gives and RESTORE takes: type byte, value, RDB version (2 bytes), CRC-64 of all before it (8 bytes), little endian.</summary>
public static class DumpPayload
{
    /// <summary>The version that is written: that of Redis 7.0.</summary>
    public const ushort Version = 10;

    /// <summary>The newest version that is read: that of Redis 7.2.</summary>
    public const ushort VersionMax = 11;

    /// <summary>Bytes behind the value.</summary>
    public const int FooterBytes = sizeof(ushort) + sizeof(ulong);

    /// <summary>Writes the payload of a value into an empty buffer; false if its type has no form.</summary>
    public static bool TryWrite(Database database, Slot slot, ArrayBufferWriter<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!ValueEncoder.TryTypeOf(database, slot, out RdbType type))
            return false;
        using RdbWriter writer = new(into);
        writer.WriteByte((byte)type);
        ValueEncoder.Encode(database, slot, type, writer);
        writer.WriteUInt16(Version);
        writer.WriteInt64((long)Crc64.Append(0, into.WrittenSpan));
        return true;
    }

    /// <summary>Whether version and checksum of a payload are right; then its type and value are without the footer.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (payload.Length < FooterBytes)
            return false;
        ReadOnlySpan<byte> covered = payload[..^sizeof(ulong)];
        body = payload[..^FooterBytes];
        return BinaryPrimitives.ReadUInt16LittleEndian(payload[body.Length..]) <= VersionMax
            && BinaryPrimitives.ReadUInt64LittleEndian(payload[covered.Length..]) == Crc64.Append(0, covered);
    }

    /// <summary>Reads the value of what <see cref="TryOpen"/> gave; false if it is damaged or something follows it. The value is for the given shard.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, RdbScratch scratch, Keyspace.Keyspace keyspace, out DecodedValue value)
    {
        value = default;
        return !body.IsEmpty && TryRead((RdbType)body[0], body[1..], scratch, keyspace, out value);
    }

    /// <summary>Reads a value whose type stands elsewhere; false if it is damaged or something follows it. The value is for the given shard.</summary>
    public static bool TryRead(RdbType type, ReadOnlySpan<byte> body, RdbScratch scratch, Keyspace.Keyspace keyspace, out DecodedValue value)
    {
        RdbReader reader = new(body, scratch);
        if (!ValueDecoder.TryDecode(type, ref reader, keyspace, out value))
            return false;
        if (reader.IsAtEnd)
            return true;
        value.Dispose();
        return false;
    }
}
