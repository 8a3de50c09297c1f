namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Which removals leave big values behind to be freed in slices of upkeep, instead of freeing them at once (options lazyfree-lazy-*).</summary>
[Flags]
public enum LazyFreeing
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>DEL; UNLINK does always.</summary>
    UserDelete = 1,

    /// <summary>A key that another value replaces: SET, RENAME, the STORE commands.</summary>
    ServerDelete = 2,

    /// <summary>A key whose time has come.</summary>
    Expiry = 4,

    /// <summary>A key that makes room.</summary>
    Eviction = 8,

    /// <summary>FLUSHDB and FLUSHALL that do not say how.</summary>
    UserFlush = 16,
}
