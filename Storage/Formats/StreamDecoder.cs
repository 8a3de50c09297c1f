using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Reads a stream in any of its three forms into an empty one. What is damaged is refused, whatever has been read by then.</summary>
internal readonly struct StreamDecoder(RdbType type, StreamValue stream)
{
    /// <summary>Reads; false if it is damaged.</summary>
    public bool TryRead(scoped ref RdbReader reader)
        => TryReadNodes(ref reader, out StreamId last) && TryReadState(ref reader, last) && TryReadGroups(ref reader);

    private bool TryReadNodes(scoped ref RdbReader reader, out StreamId last)
    {
        last = default;
        if (!reader.TryReadLength(out ulong nodes))
            return false;
        for (bool isFirst = true; nodes > 0; nodes--, isFirst = false)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> id) || id.Length != StreamId.Bytes || !reader.TryReadString(out ReadOnlySpan<byte> pack))
                return false;
            StreamId node = StreamId.ReadBytes(id);
            StreamNodeCheck check = new(pack, node, last, !isFirst);
            if ((!isFirst && node <= last) || !check.IsGood())
                return false;
            last = check.Last;
            stream.AdoptNode(node, pack, check.Live, check.Removed);
        }

        return true;
    }

    // The first id is looked up instead of believed.
    private bool TryReadState(scoped ref RdbReader reader, StreamId lastOfNodes)
    {
        if (!reader.TryReadLength(out ulong length) || (long)length != stream.Length || !TryReadId(ref reader, out StreamId lastId) || lastId < lastOfNodes)
            return false;
        stream.LastId = lastId;
        stream.EntriesAdded = stream.Length;
        stream.SettleFirst();
        if (type == RdbType.Stream)
            return true;
        if (!TryReadId(ref reader, out _) || !TryReadId(ref reader, out StreamId removed) || !reader.TryReadLength(out ulong added) || added < (ulong)stream.Length)
            return false;
        stream.MaxRemovedId = removed;
        // Redis counts on beyond the greatest positive number, and so does XADD here.
        stream.EntriesAdded = (long)added;
        return true;
    }

    private bool TryReadGroups(scoped ref RdbReader reader)
    {
        if (!reader.TryReadLength(out ulong groups))
            return false;
        for (; groups > 0; groups--)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> name) || stream.Groups.Find(name) is not null)
                return false;
            StreamGroup group = stream.AddGroup(name, StreamId.Min, StreamValue.UnknownRead);
            if (!TryReadGroup(ref reader, group))
                return false;
        }

        return true;
    }

    private bool TryReadGroup(scoped ref RdbReader reader, StreamGroup group)
    {
        if (!TryReadId(ref reader, out StreamId lastId))
            return false;
        group.LastId = lastId;
        group.EntriesRead = stream.EstimateRead(lastId);
        if (type != RdbType.Stream)
        {
            if (!reader.TryReadLength(out ulong read) || (long)read < StreamValue.UnknownRead)
                return false;
            group.EntriesRead = (long)read;
        }

        // Deliveries come before the consumers who have them.
        SortedDictionary<StreamId, (long AtMs, long Count)> ownerless = [];
        if (!reader.TryReadLength(out ulong pending))
            return false;
        for (; pending > 0; pending--)
        {
            if (!TryReadRawId(ref reader, out StreamId id) || !reader.TryReadInt64(out long atMs) || !reader.TryReadLength(out ulong count))
                return false;
            if ((long)count < 0 || !ownerless.TryAdd(id, (atMs, (long)count)))
                return false;
        }

        return TryReadConsumers(ref reader, group, ownerless) && ownerless.Count == 0;
    }

    private bool TryReadConsumers(scoped ref RdbReader reader, StreamGroup group, SortedDictionary<StreamId, (long AtMs, long Count)> ownerless)
    {
        if (!reader.TryReadLength(out ulong consumers))
            return false;
        for (; consumers > 0; consumers--)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> name) || group.Consumers.Find(name) is not null || !reader.TryReadInt64(out long seenAtMs))
                return false;
            StreamConsumer consumer = group.AddConsumer(name, seenAtMs);
            consumer.ActiveAtMs = seenAtMs;
            if (type == RdbType.Stream3)
            {
                if (!reader.TryReadInt64(out long activeAtMs))
                    return false;
                consumer.ActiveAtMs = activeAtMs;
            }

            if (!reader.TryReadLength(out ulong pending))
                return false;
            for (; pending > 0; pending--)
            {
                if (!TryReadRawId(ref reader, out StreamId id) || !ownerless.Remove(id, out (long AtMs, long Count) delivery))
                    return false;
                group.Assign(id, new StreamDelivery(consumer, delivery.AtMs, delivery.Count));
            }
        }

        return true;
    }

    private static bool TryReadId(scoped ref RdbReader reader, out StreamId id)
    {
        bool isRead = reader.TryReadLength(out ulong ms) & reader.TryReadLength(out ulong seq);
        id = new StreamId(ms, seq);
        return isRead;
    }

    private static bool TryReadRawId(scoped ref RdbReader reader, out StreamId id)
    {
        bool isRead = reader.TryReadBytes(StreamId.Bytes, out ReadOnlySpan<byte> bytes);
        id = isRead ? StreamId.ReadBytes(bytes) : default;
        return isRead;
    }
}
