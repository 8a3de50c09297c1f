namespace DragonflyFlow.Storage.Memory;

/// <summary>The slab arena that holds one shard's records in native memory. Owned by the shard: one thread at a time, no locks.</summary>
public sealed class Arena : IDisposable
{
    /// <summary>Makes an empty arena.</summary>
    public Arena(ArenaOptions options) => _ = options;

    /// <summary>Bytes of live blocks, each rounded up to its size class.</summary>
    public long AllocatedBytes => throw new NotImplementedException();

    /// <summary>Bytes taken from the operating system.</summary>
    public long ReservedBytes => throw new NotImplementedException();

    /// <summary>Leases that are held now.</summary>
    public int LiveLeases => throw new NotImplementedException();

    /// <summary>Allocates a block of at least <paramref name="bytes"/> bytes; the content is undefined. Never 0.</summary>
    public uint Allocate(int bytes) => throw new NotImplementedException();

    /// <summary>Frees a block; <paramref name="bytes"/> is the size asked for when it was allocated.</summary>
    public void Free(uint handle, int bytes) => throw new NotImplementedException();

    /// <summary>The first <paramref name="bytes"/> bytes of a live block.</summary>
    public Span<byte> Bytes(uint handle, int bytes) => throw new NotImplementedException();

    /// <summary>Bytes that a request of <paramref name="bytes"/> occupies (its size class).</summary>
    public static int CapacityOf(int bytes) => throw new NotImplementedException();

    /// <summary>Takes a lease: memory is not released while one is live (DESIGN rules 10 and 18).</summary>
    public ArenaLease Lease(string holder) => throw new NotImplementedException();

    /// <summary>Releases all memory; refused with <see cref="InvalidOperationException"/> while a lease is live.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>What an arena is made with.</summary>
public sealed record ArenaOptions
{
    /// <summary>The arena's name in messages, for instance "shard-0".</summary>
    public string Name { get; init; } = "arena";
}

/// <summary>A hold on an arena's memory. Releasing is idempotent and has one winner.</summary>
public sealed class ArenaLease : IDisposable
{
    internal ArenaLease() { }

    /// <summary>Releases the lease; true for the one call that did it.</summary>
    public bool Release() => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose() => Release();
}
