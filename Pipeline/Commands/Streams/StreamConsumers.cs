using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Consumers that commands name: made when they are new, and seen.</summary>
internal static class StreamConsumers
{
    /// <summary>The consumer with this name.</summary>
    public static StreamConsumer FindOrAdd(Database database, ReadOnlySpan<byte> key, StreamGroup group, ReadOnlySpan<byte> name)
    {
        long nowMs = database.Keyspace.NowMs;
        StreamConsumer? consumer = group.Consumers.Find(name);
        if (consumer is null)
        {
            consumer = group.AddConsumer(name, nowMs);
            database.Changed(key, ChangeClass.Stream, "xgroup-createconsumer");
        }

        consumer.SeenAtMs = nowMs;
        return consumer;
    }
}
