using System.Buffers.Binary;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>A string as a reply, from its record to where the reply lies in one go.</summary>
internal static class StringReply
{
    /// <summary>Writes the string of a record as a bulk string.</summary>
    public static void Write(ReplyBuffer reply, Database database, Slot slot)
    {
        ReadOnlySpan<byte> value = database.Table.Value(slot);
        switch (database.Table.Encoding(slot))
        {
            case ValueEncoding.Ascii:
                AsciiText.Unpack(value, reply.BulkOf(AsciiText.LengthOf(value)));
                break;
            case ValueEncoding.Integer:
                reply.BulkInteger(BinaryPrimitives.ReadInt64LittleEndian(value));
                break;
            default:
                reply.Bulk(value);
                break;
        }
    }
}
