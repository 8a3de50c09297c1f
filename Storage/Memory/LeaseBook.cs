namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// The leases of one arena. Leases are taken and released a few times per snapshot or streamer, from any thread, so a plain lock guards the
/// list; whoever closes the book and whoever signs it are thereby in an order, and one of the two is refused.
/// </summary>
internal sealed class LeaseBook(string arena)
{
    private readonly Lock _lock = new();
    private readonly List<ArenaLease> _live = [];
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_lock)
                return _live.Count;
        }
    }

    public ArenaLease Sign(string holder)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Arena));
            ArenaLease lease = new(this, holder);
            _live.Add(lease);
            return lease;
        }
    }

    public void Strike(ArenaLease lease)
    {
        lock (_lock)
            _live.Remove(lease);
    }

    /// <summary>No lease may be signed from here on; refused while one is live. False if it was closed before.</summary>
    public bool Close()
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            if (_live.Count > 0)
            {
                string holders = string.Join(", ", _live.Select(static lease => lease.Holder));
                throw new InvalidOperationException($"arena {arena}: not released, {_live.Count} live lease(s): {holders}");
            }

            return _closed = true;
        }
    }
}
