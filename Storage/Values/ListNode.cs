namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A run of entries (as in <see cref="PackedBlock"/>, without the count) inside a block of the arena, with spare room before and behind it, so that a push at
/// either end moves no byte.
/// </summary>
internal struct ListNode
{
    /// <summary>The block in the arena.</summary>
    public uint Handle;

    /// <summary>Bytes of the block.</summary>
    public int Capacity;

    /// <summary>Where the first entry begins.</summary>
    public int Start;

    /// <summary>One past the last entry.</summary>
    public int End;

    /// <summary>Entries.</summary>
    public int Count;

    /// <summary>Bytes of the entries.</summary>
    public readonly int Length => End - Start;

    /// <summary>Bytes free at one end.</summary>
    public readonly int RoomAt(ListEnd end) => end == ListEnd.Left ? Start : Capacity - End;
}
