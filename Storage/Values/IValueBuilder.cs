using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A container that grows apart from all keys and is stored in one step, so that what turns out to be damaged leaves the key that it was meant for alone.
/// Dispose it.
/// </summary>
public interface IValueBuilder : IDisposable
{
    /// <summary>Elements, pairs counted as one.</summary>
    long Count { get; }

    /// <summary>Stores the container, which is not empty, under an absent key; once, at the end.</summary>
    void Store(Database database, ReadOnlySpan<byte> key, ulong hash);
}
