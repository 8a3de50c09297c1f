// Owner: the shard.

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>A key that clients have read, in a chain from the oldest to the newest.</summary>
internal sealed class TrackedKey(byte[] name)
{
    /// <summary>The key.</summary>
    public byte[] Name => name;

    /// <summary>Who has read it.</summary>
    public List<KeyShare> Readers { get; } = new(1);

    /// <summary>The key that was read for the first time before it.</summary>
    public TrackedKey? Older { get; set; }

    /// <summary>The key that was read for the first time after it.</summary>
    public TrackedKey? Newer { get; set; }
}
