namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>What is evicted at maxmemory, in Redis's words. Uses are not counted: of the keys with an expiry any may go, of all keys what the table ranks lowest.</summary>
public enum EvictionPolicy
{
    /// <summary>The least recently used of the keys with an expiry.</summary>
    VolatileLru,

    /// <summary>The least frequently used of the keys with an expiry.</summary>
    VolatileLfu,

    /// <summary>Any key with an expiry.</summary>
    VolatileRandom,

    /// <summary>The key that expires first.</summary>
    VolatileTtl,

    /// <summary>The least recently used key.</summary>
    AllKeysLru,

    /// <summary>The least frequently used key.</summary>
    AllKeysLfu,

    /// <summary>Any key.</summary>
    AllKeysRandom,

    /// <summary>Nothing: writes that need memory are refused.</summary>
    NoEviction,
}
