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

    /// <summary>The table whose keys are its elements; null if it has none.</summary>
    public virtual DashTable? Elements => null;

    /// <summary>
    /// A copy of the value whose elements live in the arena of <paramref name="target"/>, which may be another shard's (COPY; RENAME between shards). The
    /// caller owns both shards and stores the copy in a record; the original stays as it is. Expiries of elements are copied too.
    /// </summary>
    public abstract LargeValue CopyTo(Keyspace target);

    /// <summary>
    /// Frees some of what the value holds: takes from <paramref name="pieces"/> one for each piece (a segment of a table, a node), which is a few KiB; false
    /// when nothing is left. From the first call on the value is good for nothing else.
    /// </summary>
    public abstract bool FreeSome(ref long pieces);

    /// <summary>Frees all that the value holds.</summary>
    public void Dispose()
    {
        long all = long.MaxValue;
        FreeSome(ref all);
        GC.SuppressFinalize(this);
    }
}
