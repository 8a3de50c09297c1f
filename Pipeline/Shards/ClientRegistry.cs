using System.Collections.Concurrent;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Address">Peer address as CLIENT LIST shows it.</param>
/// <param name="LocalAddress">Own address of the connection.</param>
public readonly record struct SessionPeer(string Address, string LocalAddress);

/// <summary>All clients by id. Any thread.</summary>
public sealed class ClientRegistry(StoreEngine engine)
{
    private readonly ConcurrentDictionary<long, ClientContext> _clients = new();
    private long _lastId;
    private long _total;

    /// <summary>Clients now.</summary>
    public int Count => _clients.Count;

    /// <summary>Clients since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>All clients, oldest first.</summary>
    public IReadOnlyList<ClientContext> Snapshot() => [.. _clients.Values.OrderBy(c => c.Id)];

    /// <summary>A client by id.</summary>
    public bool TryGet(long id, out ClientContext? client) => _clients.TryGetValue(id, out client);

    internal ClientContext Add(Session session, SessionPeer peer)
    {
        Interlocked.Increment(ref _total);
        ClientContext client = new(session, engine.Users.Default)
        {
            Id = Interlocked.Increment(ref _lastId),
            Address = peer.Address,
            LocalAddress = peer.LocalAddress,
            CreatedAtMs = engine.NowMs(),
            LastActiveMs = engine.NowMs(),
        };
        _clients[client.Id] = client;
        return client;
    }

    internal void Remove(ClientContext client) => _clients.TryRemove(client.Id, out _);
}
