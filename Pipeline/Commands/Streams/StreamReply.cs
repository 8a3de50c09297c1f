using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Ids and entries as replies.</summary>
internal static class StreamReply
{
    /// <summary>Writes an id as text.</summary>
    public static void WriteId(ReplyBuffer reply, StreamId id) => reply.Bulk(id.WriteText(stackalloc byte[StreamId.TextBytesMax]));

    /// <summary>Writes the entry that a reader is at: its id, and its fields and values in turn.</summary>
    public static void WriteEntry(ReplyBuffer reply, scoped ref StreamEntries entries)
    {
        reply.Array(2);
        WriteId(reply, entries.Id);
        reply.Array(2 * entries.FieldCount);
        StreamFieldReader fields = entries.Fields;
        Span<byte> number = stackalloc byte[IntegerText.BytesMax];
        while (fields.MoveNext())
            reply.Bulk(fields.Current.Text(number));
    }

    /// <summary>Writes the entry with an id; false if it is not there.</summary>
    public static bool TryWriteEntry(ReplyBuffer reply, StreamValue stream, StreamId id)
    {
        StreamEntries entries = stream.Read(id, id);
        bool isThere = entries.MoveNext();
        if (isThere)
            WriteEntry(reply, ref entries);
        return isThere;
    }

    /// <summary>Writes an array of entries, up to <paramref name="count"/> of them; 0 = all.</summary>
    public static void WriteRange(ReplyBuffer reply, StreamValue stream, StreamId from, StreamId to, long count, bool backward = false)
    {
        int mark = reply.BeginDeferred();
        int written = 0;
        StreamEntries entries = stream.Read(from, to, backward);
        while ((count == 0 || written < count) && entries.MoveNext())
        {
            WriteEntry(reply, ref entries);
            written++;
        }

        reply.EndDeferred(mark, '*', written);
    }

    /// <summary>Writes the first entry, or the last one; null if there is none.</summary>
    public static void WriteEdge(ReplyBuffer reply, StreamValue stream, bool last)
    {
        StreamEntries entries = stream.Read(StreamId.Min, StreamId.Max, backward: last);
        if (entries.MoveNext())
            WriteEntry(reply, ref entries);
        else
            reply.Null();
    }
}
