namespace DragonflyFlow.Storage.Values;

// Entries are marked as removed; a node goes when the last of its entries does. Redis does the same, and an approximate trim, which takes whole nodes, shows it.
public sealed partial class StreamValue
{
    /// <summary>Removes an entry; false if there is none with this id. <see cref="SettleFirst"/> has to follow.</summary>
    public bool Remove(StreamId id)
    {
        StreamEntries reader = Read(id, id);
        if (!reader.MoveNext())
            return false;
        ref StreamNode node = ref _nodes[reader.Ordinal];
        if (node.Live == 1)
        {
            DropNode(reader.Ordinal);
        }
        else
        {
            Mark(ref node, reader.Position);
            node.Live--;
            node.Removed++;
            WriteCounts(ref node);
        }

        Length--;
        if (id > MaxRemovedId)
            MaxRemovedId = id;
        return true;
    }

    /// <summary>Looks for the first entry again after entries have been removed.</summary>
    public void SettleFirst()
    {
        StreamEntries reader = Read(StreamId.Min, StreamId.Max);
        FirstId = reader.MoveNext() ? reader.Id : StreamId.Min;
    }

    /// <summary>Removes entries from the beginning; how many.</summary>
    public long Trim(in StreamTrim trim)
    {
        long removed = 0;
        while (_nodes.Count > 0 && (trim.ById || Length > trim.LengthMax))
        {
            ref StreamNode node = ref _nodes[0];
            if (trim.Limit != 0 && removed + node.Live > trim.Limit)
                break;
            if (GoesWhole(node, trim))
            {
                Length -= node.Live;
                removed += node.Live;
                DropNode(0);
                continue;
            }

            if (!trim.IsApproximate)
                removed += TrimWithin(ref node, trim);
            break;
        }

        if (removed > 0)
            SettleFirst();
        return removed;
    }

    private bool GoesWhole(in StreamNode node, in StreamTrim trim)
    {
        if (!trim.ById)
            return Length - node.Live >= trim.LengthMax;
        ReadOnlySpan<byte> pack = BytesOf(node);
        int last = StreamPack.Before(pack, node.Length - 1);
        return StreamPack.Entry(pack, StreamPack.Head(pack), node.Id, last).Id < trim.MinId;
    }

    private int TrimWithin(ref StreamNode node, in StreamTrim trim)
    {
        int removed = 0;
        ReadOnlySpan<byte> pack = BytesOf(node);
        StreamPackHead head = StreamPack.Head(pack);
        int at = head.EntriesAt;
        while (at < node.Length - 1)
        {
            StreamPackEntry entry = StreamPack.Entry(pack, head, node.Id, at);
            if (trim.ById ? entry.Id >= trim.MinId : Length <= trim.LengthMax)
                break;
            at = StreamPack.Behind(pack, entry);
            if (entry.IsRemoved)
                continue;
            Mark(ref node, entry.At);
            Length--;
            removed++;
        }

        node.Live -= removed;
        node.Removed += removed;
        WriteCounts(ref node);
        return removed;
    }

    private void Mark(ref StreamNode node, int at)
    {
        Span<byte> pack = BytesOf(node);
        Listpack.Write(pack, at, Listpack.Read(pack, at).Number | StreamPack.RemovedFlag);
    }
}
