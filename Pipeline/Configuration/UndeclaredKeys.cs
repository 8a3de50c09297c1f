namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>What becomes of a script that uses keys it was not called with.</summary>
public enum UndeclaredKeys
{
    /// <summary>It works as in Redis: unless it says otherwise a script holds every shard.</summary>
    Allow,

    /// <summary>It is an error: a script holds the shards of its keys only (Dragonfly's default).</summary>
    Refuse,
}
