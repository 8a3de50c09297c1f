using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes a stream as Redis 7.0 does (<see cref="RdbType.Stream2"/>): its nodes as they lie in memory, then its groups. <see cref="ValuePieces"/> writes the same parts
/// one at a time.
/// </summary>
internal static class StreamEncoder
{
    /// <summary>All of it at once.</summary>
    public static void Encode(StreamValue stream, RdbWriter writer)
    {
        writer.WriteLength(stream.NodeCount);
        for (int i = 0; i < stream.NodeCount; i++)
            WriteNode(stream, i, writer);
        WriteCounts(stream, writer);
        for (int i = 0; i < stream.Groups.Count; i++)
            WriteGroup(stream.Groups[i], writer);
    }

    /// <summary>A node as it lies in memory.</summary>
    public static void WriteNode(StreamValue stream, int ordinal, RdbWriter writer)
    {
        Span<byte> id = stackalloc byte[StreamId.Bytes];
        stream.NodeId(ordinal).WriteBytes(id);
        writer.WriteBytes(id);
        writer.WriteBytes(stream.PackOf(ordinal));
    }

    /// <summary>What stands behind the nodes, up to the number of groups.</summary>
    public static void WriteCounts(StreamValue stream, RdbWriter writer)
    {
        writer.WriteLength(stream.Length);
        WriteLengths(stream.LastId, writer);
        WriteLengths(stream.FirstId, writer);
        WriteLengths(stream.MaxRemovedId, writer);
        writer.WriteLength(stream.EntriesAdded);
        writer.WriteLength(stream.Groups.Count);
    }

    /// <summary>What a group begins with, up to the number of its pending entries.</summary>
    public static void WriteHead(StreamGroup group, RdbWriter writer)
    {
        writer.WriteString(group.Name);
        WriteLengths(group.LastId, writer);
        writer.WriteLength(group.EntriesRead);
        writer.WriteLength(group.Pending.Count);
    }

    /// <summary>What a consumer begins with, up to the number of its pending entries.</summary>
    public static void WriteHead(StreamConsumer consumer, RdbWriter writer)
    {
        writer.WriteString(consumer.Name);
        writer.WriteInt64(consumer.SeenAtMs);
        writer.WriteLength(consumer.Pending.Count);
    }

    /// <summary>A pending entry of a group.</summary>
    public static void Write(StreamId id, in StreamDelivery delivery, RdbWriter writer)
    {
        Write(id, writer);
        writer.WriteInt64(delivery.AtMs);
        writer.WriteLength(delivery.Count);
    }

    /// <summary>A pending entry of a consumer: its id in 16 bytes.</summary>
    public static void Write(StreamId id, RdbWriter writer)
    {
        Span<byte> bytes = stackalloc byte[StreamId.Bytes];
        id.WriteBytes(bytes);
        writer.WriteRaw(bytes);
    }

    private static void WriteGroup(StreamGroup group, RdbWriter writer)
    {
        WriteHead(group, writer);
        StreamIdMap<StreamDelivery>.Walk deliveries = group.Pending.From(StreamId.Min);
        while (deliveries.MoveNext())
            Write(deliveries.Id, deliveries.Value, writer);
        writer.WriteLength(group.Consumers.Count);
        for (int i = 0; i < group.Consumers.Count; i++)
        {
            WriteHead(group.Consumers[i], writer);
            StreamIdMap<ValueTuple>.Walk pending = group.Consumers[i].Pending.From(StreamId.Min);
            while (pending.MoveNext())
                Write(pending.Id, writer);
        }
    }

    private static void WriteLengths(StreamId id, RdbWriter writer)
    {
        writer.WriteLength((long)id.Ms);
        writer.WriteLength((long)id.Seq);
    }
}
