namespace DragonflyFlow.Storage.Values;

/// <summary>Counts what one big container holds outside the arena, for itself and for its shard.</summary>
internal sealed class ManagedMeter(Keyspace.Keyspace keyspace)
{
    /// <summary>Bytes counted now.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts more bytes, or fewer.</summary>
    public void Add(long bytes)
    {
        Bytes += bytes;
        keyspace.ManagedBytes += bytes;
    }
}
