namespace DragonflyFlow.Storage.Values;

/// <summary>A node of a stream: a listpack of entries in the arena (<see cref="StreamPack"/>), in a block that may have room behind it.</summary>
internal struct StreamNode
{
    /// <summary>The id that the ids of its entries are told from: that of the first one it got.</summary>
    public StreamId Id;

    /// <summary>The block in the arena.</summary>
    public uint Handle;

    /// <summary>Bytes of the block.</summary>
    public int Capacity;

    /// <summary>Bytes of the listpack.</summary>
    public int Length;

    /// <summary>Entries that are there.</summary>
    public int Live;

    /// <summary>Entries that are marked as removed.</summary>
    public int Removed;
}
