namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Which keys make room when a shard uses all it may.</summary>
public enum EvictionTarget
{
    /// <summary>None: writes that need memory are refused.</summary>
    None,

    /// <summary>What the table ranks lowest.</summary>
    AnyKey,

    /// <summary>Keys with an expiry, one after the other as they lie in the table.</summary>
    Expiring,

    /// <summary>Of some keys with an expiry the one that expires first.</summary>
    SoonestExpiring,
}
