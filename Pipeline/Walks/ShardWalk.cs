// Owner: the shard. Registered, advanced and ended inside its steps; a thread outside asks by a message (WalkEnd of its owner), never by a flag.

using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// One passage through all records that a shard held at one moment, for one consumer. Lease, epochs and observation begin in the same step (DESIGN rule 10,
/// fault F26) and end in the same step; ending is idempotent.
/// </summary>
internal sealed class ShardWalk
{
    private readonly ShardWalks _walks;
    private readonly ArenaLease _lease;
    private readonly List<WalkedDatabase> _databases = [];
    private int _at;

    public ShardWalk(ShardWalks walks, IWalkConsumer consumer, ArenaLease lease)
    {
        _walks = walks;
        _lease = lease;
        Consumer = consumer;
    }

    public IWalkConsumer Consumer { get; }

    /// <summary>Whether it has left the shard.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The databases that held anything at the cut.</summary>
    public IReadOnlyList<WalkedDatabase> Databases => _databases;

    /// <summary>Whether all buckets have been given.</summary>
    public bool IsComplete => _at == _databases.Count;

    public void Add(WalkedDatabase walked) => _databases.Add(walked);

    /// <summary>Whether a database's records are still needed.</summary>
    public bool Needs(DatabaseTap tap)
    {
        for (int i = _at; i < _databases.Count; i++)
        {
            if (ReferenceEquals(_databases[i].Tap, tap))
                return true;
        }

        return false;
    }

    /// <summary>Goes on by up to so many buckets, or by a piece of what was put aside, and ends when all has been given.</summary>
    public void Advance(int bucketsMax)
    {
        if (Consumer.HasAside)
        {
            Consumer.TakeAside();
            _walks.CountAside();
        }

        while (bucketsMax > 0 && !IsComplete && !HasEnded && !Consumer.HasAside)
        {
            // A database is left when nothing of it is aside: it may be emptied then.
            if (!_databases[_at].Advance(bucketsMax, out int visited) && !Consumer.HasAside)
                _databases[_at++].Epoch.Complete();
            bucketsMax -= visited;
        }

        if (!IsComplete || HasEnded)
            return;
        End();
        Consumer.Finished(this);
    }

    /// <summary>Leaves the shard: epochs, observation and lease; false if it had left already.</summary>
    public bool End()
    {
        if (HasEnded)
            return false;
        HasEnded = true;
        foreach (WalkedDatabase walked in _databases)
            _walks.Leave(walked);
        _walks.Remove(this);
        return _lease.Release();
    }
}
