// Any thread.

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>How many clients wait for a key or for replicas (INFO blocked_clients).</summary>
public sealed class BlockedClients
{
    private int _count;

    /// <summary>Clients that wait now.</summary>
    public int Count => Volatile.Read(ref _count);

    internal void Added() => Interlocked.Increment(ref _count);

    internal void Removed() => Interlocked.Decrement(ref _count);
}
