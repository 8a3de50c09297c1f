using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// A container too big for a record: a managed object in its database's <see cref="ObjectTable"/>, few and long-lived, whose elements stay in the shard's
/// arena as far as possible so that the collector does not see them. Owned by the shard.
/// </summary>
public abstract class LargeValue : IDisposable
{
    /// <summary>The type of the value.</summary>
    public abstract ValueKind Kind { get; }

    /// <summary>Bytes that the value occupies, arena and managed parts, beside its record.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>
    /// A copy of the value whose elements live in the arena of <paramref name="target"/>, which may be another shard's (COPY; RENAME between shards). The
    /// caller owns both shards and stores the copy in a record; the original stays as it is. Expiries of elements are copied too.
    /// </summary>
    public abstract LargeValue CopyTo(Keyspace target);

    /// <summary>Frees what the value holds in the arena.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the value holds in the arena.</summary>
    protected abstract void Free();
}
