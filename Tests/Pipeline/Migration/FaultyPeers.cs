// Concurrency rule: _lock guards the list of links and whether there is a stall; a link's own stall is a task that ends when the stall does, or the link is cut.

using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Protocol.Server.Peers;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Real sockets to other nodes with faults in between: cut, stalled, half closed, slow to connect.</summary>
internal sealed class FaultyPeers : IPeerNetwork
{
    private readonly SocketPeers _sockets = new(TimeProvider.System);
    private readonly Lock _lock = new();
    private readonly List<Link> _links = [];
    private TaskCompletionSource? _stall;
    private int _opened;

    /// <summary>Links that are open now.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _links.Count;
        }
    }

    /// <summary>Links that were ever opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Whether new connections are refused.</summary>
    public bool Refuses { get; set; }

    /// <summary>Asked with each write's bytes; what it says is done to the link of that write.</summary>
    public Func<ReadOnlyMemory<byte>, Fate>? Decides { get; set; }

    /// <summary>What becomes of a write.</summary>
    internal enum Fate
    {
        /// <summary>It goes through.</summary>
        Passes,

        /// <summary>The link breaks instead.</summary>
        BreaksBefore,

        /// <summary>It goes through, and nothing after it.</summary>
        BreaksAfter,
    }

    public async Task<IPeerLink> ConnectAsync(string host, int port, TimeSpan deadline)
    {
        if (Refuses)
            throw new IOException("refused by the test");
        Link link = new(this, await _sockets.ConnectAsync(host, port, deadline));
        Interlocked.Increment(ref _opened);
        lock (_lock)
            _links.Add(link);
        return link;
    }

    /// <summary>Breaks all links there are.</summary>
    public void Cut()
    {
        foreach (Link link in Links())
            link.Abort();
    }

    /// <summary>One of the links ends as if the other side had closed it.</summary>
    public void HalfClose(int which)
    {
        if (Links() is { Length: > 0 } links)
            links[which % links.Length].HalfClose();
    }

    /// <summary>Breaks one of the links.</summary>
    public void CutOne(int which)
    {
        if (Links() is { Length: > 0 } links)
            links[which % links.Length].Abort();
    }

    /// <summary>The link of a write breaks, so many writes from now; before or behind what is written.</summary>
    public void BreakAt(int write, Fate fate) => Decides = _ => Interlocked.Decrement(ref write) == 0 ? fate : Fate.Passes;

    /// <summary>Nothing goes through any more, until <see cref="GoOn"/>.</summary>
    public void Stall()
    {
        lock (_lock)
            _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Ends a stall.</summary>
    public void GoOn()
    {
        TaskCompletionSource? stall;
        lock (_lock)
            (stall, _stall) = (_stall, null);
        stall?.TrySetResult();
    }

    private Link[] Links()
    {
        lock (_lock)
            return [.. _links];
    }

    private sealed class Link(FaultyPeers owner, IPeerLink inner) : IPeerLink
    {
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _halfClosed;

        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            await PassAsync();
            if (_halfClosed)
                return 0;
            int count = await inner.ReadAsync(into);
            await PassAsync();
            return _halfClosed ? 0 : count;
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            Fate fate = owner.Decides?.Invoke(bytes) ?? Fate.Passes;
            if (fate == Fate.BreaksBefore)
                Abort();
            await PassAsync();
            await inner.WriteAsync(bytes);
            if (fate == Fate.BreaksAfter)
                Abort();
        }

        public void HalfClose() => _halfClosed = true;

        public void Abort()
        {
            _cut.TrySetResult();
            inner.Abort();
        }

        public ValueTask DisposeAsync()
        {
            lock (owner._lock)
                owner._links.Remove(this);
            return inner.DisposeAsync();
        }

        private async Task PassAsync()
        {
            TaskCompletionSource? stall;
            lock (owner._lock)
                stall = owner._stall;
            if (stall is not null)
                await Task.WhenAny(stall.Task, _cut.Task);
            if (_cut.Task.IsCompleted)
                throw new IOException("cut by the test");
        }
    }
}
