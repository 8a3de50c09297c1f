using System.Buffers;
using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Pipeline.Walks;

/// <summary>Keeps what a walk gives: "database:key" to the payload of DUMP and the expiry. A record that comes twice is a failure.</summary>
internal sealed class CollectingConsumer : IWalkConsumer
{
    public Dictionary<string, string> Records { get; } = [];

    public bool WantsMore { get; set; } = true;

    public bool UsesIdleTime { get; init; }

    /// <summary>Called with each bucket, before it is kept.</summary>
    public Action OnTake { get; init; } = static () => { };

    public bool IsFinished { get; private set; }

    public void Take(Database content, int database, BucketSlots records)
    {
        OnTake();
        foreach (Slot slot in records)
            Add(Records, content, database, slot);
    }

    public void Finished(ShardWalk walk) => IsFinished = true;

    /// <summary>What a keyspace holds now, read without any walk.</summary>
    public static Dictionary<string, string> StateOf(Keyspace keyspace)
    {
        Dictionary<string, string> state = [];
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            WalkCursor cursor = default;
            while (keyspace[i].Table.TryWalk(ref cursor, out BucketRef bucket))
            {
                foreach (Slot slot in keyspace[i].Table.SlotsOf(bucket))
                    Add(state, keyspace[i], i, slot);
            }
        }

        return state;
    }

    private static void Add(Dictionary<string, string> into, Database content, int database, Slot slot)
    {
        ArrayBufferWriter<byte> payload = new();
        Assert.IsTrue(DumpPayload.TryWrite(content, slot, payload));
        string key = string.Create(CultureInfo.InvariantCulture, $"{database}:{Encoding.Latin1.GetString(content.Table.Key(slot))}");
        string value = string.Create(CultureInfo.InvariantCulture, $"{content.Table.ExpireAtMs(slot)} {Convert.ToHexString(payload.WrittenSpan)}");
        Assert.IsTrue(into.TryAdd(key, value), $"{key} came twice");
    }
}
