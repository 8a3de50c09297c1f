using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Support;

/// <summary>Streams for tests of what holds them.</summary>
internal static class StreamSamples
{
    /// <summary>Entries of two kinds of fields, one of them removed; a group of two consumers with deliveries; a group without any.</summary>
    internal static StreamValue Fill(Keyspace keyspace, int entries)
    {
        StreamValue stream = new(keyspace);
        for (int i = 1; i <= entries; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            stream.Append(new StreamId((ulong)i * 10, 0), i % 5 == 0 ? new StreamFields("other", number, "b", "") : new StreamFields("a", number, "b", new string('v', i % 90)));
        }

        stream.Remove(new StreamId(30, 0));
        stream.SettleFirst();
        StreamGroup group = stream.AddGroup("group"u8, StreamId.Min, 0);
        StreamConsumer[] consumers = [group.AddConsumer("one"u8, 1000), group.AddConsumer("two"u8, 2000)];
        consumers[0].ActiveAtMs = 900;
        for (int i = 1; i <= 20; i++)
        {
            StreamId id = new((ulong)i * 10, 0);
            stream.Advance(group, id);
            group.Assign(id, new StreamDelivery(consumers[i % 2], 500 + i, i));
        }

        stream.AddGroup("idle"u8, stream.LastId, StreamValue.UnknownRead);
        return stream;
    }
}

/// <summary>Fields and values in turn, as texts.</summary>
internal readonly struct StreamFields(params string[] words) : IStreamFields
{
    public int Count => words.Length / 2;

    public ReadOnlySpan<byte> Field(int index) => Encoding.Latin1.GetBytes(words[2 * index]);

    public ReadOnlySpan<byte> Value(int index) => Encoding.Latin1.GetBytes(words[(2 * index) + 1]);
}
