// Owner: the shard.

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>The keys of one shard that one client has read and has not been told of since.</summary>
internal sealed class KeyShare(ClientTracking owner)
{
    /// <summary>Whose they are.</summary>
    public ClientTracking Owner => owner;

    /// <summary>The keys.</summary>
    public HashSet<TrackedKey> Keys { get; } = [];
}
