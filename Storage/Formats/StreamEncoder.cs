using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Writes a stream as Redis 7.0 does (<see cref="RdbType.Stream2"/>): its nodes as they lie in memory, then its groups.</summary>
internal static class StreamEncoder
{
    public static void Encode(StreamValue stream, RdbWriter writer)
    {
        Span<byte> id = stackalloc byte[StreamId.Bytes];
        writer.WriteLength(stream.NodeCount);
        for (int i = 0; i < stream.NodeCount; i++)
        {
            stream.NodeId(i).WriteBytes(id);
            writer.WriteBytes(id);
            writer.WriteBytes(stream.PackOf(i));
        }

        writer.WriteLength(stream.Length);
        WriteId(stream.LastId, writer);
        WriteId(stream.FirstId, writer);
        WriteId(stream.MaxRemovedId, writer);
        writer.WriteLength(stream.EntriesAdded);
        writer.WriteLength(stream.Groups.Count);
        for (int i = 0; i < stream.Groups.Count; i++)
            WriteGroup(stream.Groups[i], writer);
    }

    private static void WriteGroup(StreamGroup group, RdbWriter writer)
    {
        Span<byte> bytes = stackalloc byte[StreamId.Bytes];
        writer.WriteString(group.Name);
        WriteId(group.LastId, writer);
        writer.WriteLength(group.EntriesRead);
        writer.WriteLength(group.Pending.Count);
        StreamIdMap<StreamDelivery>.Walk pending = group.Pending.From(StreamId.Min);
        while (pending.MoveNext())
        {
            pending.Id.WriteBytes(bytes);
            writer.WriteRaw(bytes);
            writer.WriteInt64(pending.Value.AtMs);
            writer.WriteLength(pending.Value.Count);
        }

        writer.WriteLength(group.Consumers.Count);
        for (int i = 0; i < group.Consumers.Count; i++)
            WriteConsumer(group.Consumers[i], writer);
    }

    private static void WriteConsumer(StreamConsumer consumer, RdbWriter writer)
    {
        Span<byte> bytes = stackalloc byte[StreamId.Bytes];
        writer.WriteString(consumer.Name);
        writer.WriteInt64(consumer.SeenAtMs);
        writer.WriteLength(consumer.Pending.Count);
        StreamIdMap<ValueTuple>.Walk pending = consumer.Pending.From(StreamId.Min);
        while (pending.MoveNext())
        {
            pending.Id.WriteBytes(bytes);
            writer.WriteRaw(bytes);
        }
    }

    private static void WriteId(StreamId id, RdbWriter writer)
    {
        writer.WriteLength((long)id.Ms);
        writer.WriteLength((long)id.Seq);
    }
}
