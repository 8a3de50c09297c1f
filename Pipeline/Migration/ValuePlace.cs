using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>How much of a value has been written as commands. The default is nothing. Good for as long as the value does not change.</summary>
internal struct ValuePlace
{
    /// <summary>Elements of a list, members of a sorted set, bytes of a string that have been written.</summary>
    public long Done { get; set; }

    /// <summary>The next bucket of a set or a hash.</summary>
    public WalkCursor Next { get; set; }
}
