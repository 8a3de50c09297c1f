namespace DragonflyFlow.Storage.Values;

// How many entries a group has read can be counted only while no entry in the middle was removed by name; else it is known at both ends of the stream only.
public sealed partial class StreamValue
{
    /// <summary>What stands for a number of entries read that is not known.</summary>
    public const long UnknownRead = -1;

    /// <summary>The id of the last entry that is there; 0-0 without entries.</summary>
    public StreamId LastLiveId
    {
        get
        {
            StreamEntries reader = Read(StreamId.Min, StreamId.Max, backward: true);
            return reader.MoveNext() ? reader.Id : StreamId.Min;
        }
    }

    /// <summary>Moves a group on to an entry that it reads.</summary>
    public void Advance(StreamGroup group, StreamId id)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (id <= group.LastId)
            return;
        if (group.EntriesRead != UnknownRead && !HasGapFrom(id))
            group.EntriesRead++;
        else if (EntriesAdded > 0)
            group.EntriesRead = EstimateRead(id);
        group.LastId = id;
    }

    /// <summary>Entries that were added up to an id since the stream began; <see cref="UnknownRead"/> if that cannot be told.</summary>
    public long EstimateRead(StreamId id)
    {
        if (EntriesAdded == 0)
            return 0;
        if (Length == 0 && id <= LastId)
            return EntriesAdded;
        if (id >= LastId)
            return id == LastId ? EntriesAdded : UnknownRead;
        if ((MaxRemovedId == StreamId.Min || MaxRemovedId < FirstId) && id <= FirstId)
            return EntriesAdded - Length + (id == FirstId ? 1 : 0);
        return UnknownRead;
    }

    /// <summary>Entries that a group has yet to read; false if that cannot be told.</summary>
    public bool TryLag(StreamGroup group, out long lag)
    {
        ArgumentNullException.ThrowIfNull(group);
        lag = 0;
        if (EntriesAdded == 0)
            return true;
        long read = group.EntriesRead != UnknownRead && !HasGapFrom(group.LastId) ? group.EntriesRead : EstimateRead(group.LastId);
        lag = EntriesAdded - read;
        return read != UnknownRead;
    }

    // Whether an entry from this id on was removed by name, behind the first one that is there.
    private bool HasGapFrom(StreamId id)
        => Length > 0 && MaxRemovedId != StreamId.Min && FirstId <= MaxRemovedId && id <= MaxRemovedId;
}
