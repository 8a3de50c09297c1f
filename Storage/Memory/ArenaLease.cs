namespace DragonflyFlow.Storage.Memory;

/// <summary>A hold on an arena's memory. Any thread may release it; releasing is idempotent and has one winner.</summary>
public sealed class ArenaLease : IDisposable
{
    private readonly LeaseBook _book;
    private int _released;

    internal ArenaLease(LeaseBook book, string holder)
    {
        _book = book;
        Holder = holder;
    }

    /// <summary>Who holds it, as messages name it.</summary>
    public string Holder { get; }

    /// <summary>Releases the lease; true for the one call that did it.</summary>
    public bool Release()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
            return false;
        _book.Strike(this);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => Release();
}
