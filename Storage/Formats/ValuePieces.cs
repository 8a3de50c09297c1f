using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes big values a little at a time: each step one node, one bucket or one leaf, some KiB unless a single element is bigger. Whoever steps may do something
/// else in between, as long as the value does not change. It comes out as <see cref="ValueEncoder"/> writes it at once, which allocates nothing.
/// </summary>
internal static class ValuePieces
{
    private const int TextBytes = 16 * 1024;
    private const int IdsPerStep = 256;

    /// <summary>The steps of a container in the form that it has.</summary>
    public static IEnumerable<bool> Of(LargeValue value, RdbWriter writer) => value switch
    {
        ListValue list => Of(list, writer),
        SetTableValue set => Of(set, writer),
        HashTableValue hash => Of(hash, writer),
        SortedSetValue set => Of(set, writer),
        StreamValue stream => Of(stream, writer),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.Kind, "There is no form for it."),
    };

    /// <summary>The steps of a string.</summary>
    public static IEnumerable<bool> OfText(BigValue value, RdbWriter writer)
    {
        int length = value.Text.Length;
        writer.WriteLength(length);
        for (int at = 0; at < length; at += TextBytes)
        {
            writer.WriteRaw(value.Text[at..Math.Min(at + TextBytes, length)]);
            yield return true;
        }
    }

    private static IEnumerable<bool> Of(ListValue list, RdbWriter writer)
    {
        writer.WriteLength(list.NodeCount);
        for (int i = 0; i < list.NodeCount; i++)
        {
            ValueEncoder.WriteNode(list, i, writer);
            yield return true;
        }
    }

    private static IEnumerable<bool> Of(SetTableValue set, RdbWriter writer)
    {
        writer.WriteLength(set.Count);
        for (FetchedWalk walk = new(set.Records); walk.TryNext(out BucketRef bucket);)
        {
            foreach (Slot slot in set.Records.SlotsOf(bucket))
                writer.WriteString(set.Records.Key(slot));
            yield return true;
        }
    }

    private static IEnumerable<bool> Of(HashTableValue hash, RdbWriter writer)
    {
        bool hasExpiries = hash.ExpiringCount > 0;
        writer.WriteLength(hash.Count);
        for (FetchedWalk walk = new(hash.Records); walk.TryNext(out BucketRef bucket);)
        {
            foreach (Slot slot in hash.Records.SlotsOf(bucket))
                Write(hash, slot, hasExpiries, writer);
            yield return true;
        }
    }

    private static void Write(HashTableValue hash, Slot field, bool hasExpiries, RdbWriter writer)
    {
        if (!hash.IsVisible(field))
            return;
        writer.WriteString(hash.FieldOf(field));
        writer.WriteString(hash.ValueOf(field));
        if (hasExpiries)
            writer.WriteInt64(hash.ExpireAtMsOf(field));
    }

    // Downwards, as Redis does it: who reads it adds each member at the front.
    private static IEnumerable<bool> Of(SortedSetValue set, RdbWriter writer)
    {
        writer.WriteLength(set.Count);
        for (uint leaf = set.Order.LeafOf(set.Count - 1, out _); leaf != 0; leaf = set.Order.Node(leaf).Previous)
        {
            Write(set.Order, leaf, writer);
            yield return true;
        }
    }

    private static void Write(ScoreTree order, uint leaf, RdbWriter writer)
    {
        ref ScoreNode node = ref order.Node(leaf);
        for (int i = node.Count - 1; i >= 0; i--)
        {
            writer.WriteString(order.MemberOf(node.Handles[i]));
            writer.WriteDouble(node.Scores[i]);
        }
    }

    // As Redis 7.0 does it (Stream2): nodes as they lie in memory, then the groups.
    private static IEnumerable<bool> Of(StreamValue stream, RdbWriter writer)
    {
        writer.WriteLength(stream.NodeCount);
        for (int i = 0; i < stream.NodeCount; i++)
        {
            StreamEncoder.WriteNode(stream, i, writer);
            yield return true;
        }

        StreamEncoder.WriteCounts(stream, writer);
        for (int i = 0; i < stream.Groups.Count; i++)
        {
            foreach (bool step in Of(stream.Groups[i], writer))
                yield return step;
        }
    }

    private static IEnumerable<bool> Of(StreamGroup group, RdbWriter writer)
    {
        StreamEncoder.WriteHead(group, writer);
        int ids = 0;
        for (StreamIdMap<StreamDelivery>.Walk pending = group.Pending.From(StreamId.Min); pending.MoveNext();)
        {
            StreamEncoder.Write(pending.Id, pending.Value, writer);
            if (++ids % IdsPerStep == 0)
                yield return true;
        }

        writer.WriteLength(group.Consumers.Count);
        for (int i = 0; i < group.Consumers.Count; i++)
        {
            StreamEncoder.WriteHead(group.Consumers[i], writer);
            for (StreamIdMap<ValueTuple>.Walk pending = group.Consumers[i].Pending.From(StreamId.Min); pending.MoveNext();)
            {
                StreamEncoder.Write(pending.Id, writer);
                if (++ids % IdsPerStep == 0)
                    yield return true;
            }
        }

        yield return true;
    }
}
