// Owner: the ShardBlock of this keyspace. Everything here is touched only by the message that block is running (DESIGN rule 1); the block sets NowMs when
// it starts a message, so that all commands of a message see one moment.

using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>What a shard owns: an arena, the databases in it, its clock reading, its random numbers and its counters.</summary>
public sealed class Keyspace : IDisposable
{
    private readonly Database[] _databases;

    /// <summary>Makes the empty databases of one shard.</summary>
    public Keyspace(KeyspaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Index = options.Index;
        Arena = new Arena(options.Checked ? new ArenaOptions { Name = $"shard-{options.Index}", Checked = true } : new ArenaOptions { Name = $"shard-{options.Index}" });
        Random = new KeyspaceRandom(options.Seed + (ulong)options.Index);
        _databases = new Database[options.Databases];
        for (int i = 0; i < _databases.Length; i++)
            _databases[i] = new Database(this, i);
    }

    /// <summary>The shard's number.</summary>
    public int Index { get; }

    /// <summary>The memory of all databases of this shard.</summary>
    public Arena Arena { get; }

    /// <summary>The shard's random numbers.</summary>
    public KeyspaceRandom Random { get; }

    /// <summary>Unix milliseconds at which the running message began.</summary>
    public long NowMs { get; set; }

    /// <summary>Scratch for the slots that one command collects (scans); its user clears it before, and gives back what is unusually big behind.</summary>
    public List<Slot> Slots { get; } = new(64);

    /// <summary>Counters since the start or the last CONFIG RESETSTAT.</summary>
    public KeyspaceStats Stats { get; } = new();

    /// <summary>Bytes this shard may use; 0 = no limit.</summary>
    public long MemoryBytesMax { get; set; }

    /// <summary>Which keys are evicted to stay within the limit.</summary>
    public EvictionTarget Evicts { get; set; }

    /// <summary>Whether keys have ranks that their use raises (2Q-like, by position): where any key may be evicted.</summary>
    public bool CacheMode => Evicts == EvictionTarget.AnyKey;

    /// <summary>Whether what is used keeps its rank: so for the commands of a client that must not disturb the cache (CLIENT NO-TOUCH).</summary>
    public bool KeepsRanks { get; set; }

    /// <summary>
    /// Whether what is due stays as if it were not: so while the changes of another store are replayed, which tell when each key and field goes.
    /// </summary>
    public bool KeepsDue { get; set; }

    /// <summary>The moment before which keys and fields are due, in Unix milliseconds: now, or never.</summary>
    public long DueMs => KeepsDue ? long.MinValue : NowMs;

    /// <summary>Whether the shard uses all it may.</summary>
    public bool IsFull => MemoryBytesMax != 0 && MemoryBytes >= MemoryBytesMax;

    /// <summary>Bytes in use: the arena's live blocks and what big containers hold beside it.</summary>
    public long MemoryBytes => Arena.AllocatedBytes + ManagedBytes;

    /// <summary>Bytes that big containers hold outside the arena, as they report them.</summary>
    public long ManagedBytes { get; set; }

    /// <summary>Big hashes that have fields with an expiry: active expiry looks for them while there are some.</summary>
    internal int ExpiringHashes { get; set; }

    /// <summary>The database whose turn it is in active expiry.</summary>
    internal int ExpiryDatabase { get; set; }

    /// <summary>Which removals free big values in slices of upkeep.</summary>
    public LazyFreeing LazyFreeing { get; set; }

    /// <summary>What was removed and nobody has freed yet.</summary>
    public Leftovers Leftovers { get; } = new();

    /// <summary>Observers of changes; null while there are none, which is what a write checks.</summary>
    internal IChangeObserver[]? Observers { get; private set; }

    /// <summary>Who reads what an emptied database held before it is freed; null while nobody does.</summary>
    public IContentKeeper? ContentKeeper { get; set; }

    /// <summary>Who says of keys that are due, or would be evicted, that they stay for now; null while all go.</summary>
    public IKeyKeeper? Keeper { get; set; }

    /// <summary>Databases of this shard.</summary>
    public int DatabaseCount => _databases.Length;

    /// <summary>A database by number.</summary>
    public Database this[int index] => _databases[index];

    /// <summary>Registers an observer; from inside a message of this shard.</summary>
    public void Observe(IChangeObserver observer) => Observers = Observers is null ? [observer] : [.. Observers, observer];

    /// <summary>Removes an observer; true for the call that did it.</summary>
    public bool Unobserve(IChangeObserver observer)
    {
        if (Observers is null || !Observers.Contains(observer))
            return false;
        Observers = Observers.Length == 1 ? null : [.. Observers.Where(o => !ReferenceEquals(o, observer))];
        return true;
    }

    /// <summary>Exchanges two databases (SWAPDB).</summary>
    public void Swap(int first, int second)
    {
        foreach (IChangeObserver observer in Observers ?? [])
            observer.BeforeSwap(_databases[first], _databases[second]);
        (_databases[first], _databases[second]) = (_databases[second], _databases[first]);
        _databases[first].Renumber(first);
        _databases[second].Renumber(second);
    }

    internal bool FreesLater(LazyFreeing removal) => (LazyFreeing & removal) != 0;

    /// <summary>Whether a write that needs memory may go on; frees leftovers first, and evicts in cache mode.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRoomForWrite() => !IsFull || MakeRoomForWrite();

    private bool MakeRoomForWrite()
    {
        while (IsFull && Leftovers.FreeSome())
        {
        }

        return !IsFull || (Evicts != EvictionTarget.None && Eviction.MakeRoom(this));
    }

    /// <summary>
    /// A slice of what has to be done though no command asks for it: removes due keys, frees leftovers, evicts in cache mode, gives back segments of shrunk
    /// tables. A message of the shard's block; true if there is more to do at once.
    /// </summary>
    public bool RunUpkeep(int bucketsMax, int segmentsMax)
    {
        bool more = ActiveExpiry.RunSlice(this, bucketsMax);
        more |= Leftovers.FreeSome(segmentsMax);
        if (Evicts != EvictionTarget.None && IsFull)
            more |= Eviction.MakeRoom(this) && IsFull;
        Compaction.RunSlice(this, segmentsMax);
        return more;
    }

    /// <summary>Frees all memory in bulk; refused while a lease on the arena is live (DESIGN rule 18).</summary>
    public void Dispose()
    {
        // First: what a lease holder reads must not be freed before the refusal.
        Arena.CloseLeases();
        if (Arena.IsChecked)
            FreeOneByOne();
        else
            ForgetAll();
        Arena.Dispose();
    }

    // Each block is looked at once more: its guards, its size.
    private void FreeOneByOne()
    {
        foreach (Database database in _databases)
            database.Dispose();
        Leftovers.FreeSome(long.MaxValue);
    }

    // Records lie in chunks that go as a whole; to visit five million of them for that would take longer than all else of a stop.
    private void ForgetAll()
    {
        foreach (Database database in _databases)
            database.Forget();
        Leftovers.Forget();
    }
}

/// <summary>What a keyspace is made with.</summary>
public sealed record KeyspaceOptions
{
    /// <summary>The shard's number.</summary>
    public int Index { get; init; }

    /// <summary>Databases, 16 as in Redis.</summary>
    public int Databases { get; init; } = 16;

    /// <summary>Whether every access to the arena is checked, whatever the process's default is.</summary>
    public bool Checked { get; init; }

    /// <summary>Seed of the shard's random numbers.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>Counters of one shard; written by its owner, read by INFO inside a message.</summary>
public sealed class KeyspaceStats
{
    /// <summary>Look-ups of read commands that found the key.</summary>
    public long Hits { get; set; }

    /// <summary>Look-ups of read commands that did not.</summary>
    public long Misses { get; set; }

    /// <summary>Keys removed because their time had come.</summary>
    public long Expired { get; set; }

    /// <summary>Keys removed to make room.</summary>
    public long Evicted { get; set; }

    /// <summary>Changes since the last snapshot.</summary>
    public long Dirty { get; set; }

    /// <summary>Fields of hashes removed because their time had come.</summary>
    public long ExpiredFields { get; set; }

    /// <summary>Sets all counters but Dirty to zero (CONFIG RESETSTAT).</summary>
    public void Reset() => Hits = Misses = Expired = Evicted = ExpiredFields = 0;
}
