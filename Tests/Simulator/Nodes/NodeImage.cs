using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>A key as a node holds it, whether it owns the key's slot or not.</summary>
/// <param name="Text">The value, if it is a string.</param>
/// <param name="Lines">The elements, if it is a list.</param>
/// <param name="Digest">A digest of type, value and expiry.</param>
internal sealed record HeldKey(string? Text, IReadOnlyList<string> Lines, string Digest);

/// <summary>All that a node holds at one moment, and which slots it owns then. It is read from the tables, not as a client: clients are sent away from what is not owned.</summary>
/// <param name="Keys">The keys of database 0.</param>
/// <param name="Held">The slots that the node owns.</param>
internal sealed record NodeImage(IReadOnlyDictionary<string, HeldKey> Keys, SlotSet Held)
{
    /// <summary>Reads it in one step of all shards; null if the shards take no more work.</summary>
    public static async Task<NodeImage?> ReadAsync(StoreEngine engine)
    {
        SortedDictionary<string, HeldKey> keys = new(StringComparer.Ordinal);
        SlotSet held = SlotSet.Empty;
        bool ran = await GlobalWork.RunAsync(engine, () =>
        {
            held = engine.Cluster!.View.Held;
            foreach (ShardBlock shard in engine.Shards)
                Read(shard.Keyspace[0], keys);
        });
        return ran ? new NodeImage(keys, held) : null;
    }

    /// <summary>Keys of slots that the node does not own.</summary>
    public IEnumerable<string> Strangers => Keys.Keys.Where(key => !Held.Contains(SlotOf(key)));

    /// <summary>The slot of a key.</summary>
    public static int SlotOf(string key) => KeySlot.Of(Encoding.Latin1.GetBytes(key));

    private static void Read(Database content, SortedDictionary<string, HeldKey> into)
    {
        WalkCursor cursor = default;
        while (content.Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in content.Table.SlotsOf(bucket))
                into.Add(Encoding.Latin1.GetString(content.Table.Key(slot)), Read(content, slot));
        }
    }

    private static HeldKey Read(Database content, Slot slot)
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        digest.Clear();
        ValueDigest.AddValue(digest, content, slot);
        ValueKind kind = content.Table.Kind(slot);
        return new HeldKey(
            kind == ValueKind.String ? TextOf(content, slot) : null,
            kind == ValueKind.List ? LinesOf(content, slot) : [],
            string.Create(CultureInfo.InvariantCulture, $"{kind} {Convert.ToHexString(digest)} {content.Table.ExpireAtMs(slot)}"));
    }

    private static string TextOf(Database content, Slot slot)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        return Encoding.Latin1.GetString(content.StringBytes(slot, scratch));
    }

    private static List<string> LinesOf(Database content, Slot slot)
    {
        List<string> lines = [];
        RecordList list = new(content, slot);
        ListReader elements = list.Read(0);
        while (elements.MoveNext())
            lines.Add(Encoding.Latin1.GetString(elements.Current));
        return lines;
    }
}
