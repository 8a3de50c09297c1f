using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Storage.Values;

/// <summary>A stream that is made apart from all keys. It may have no entries.</summary>
public sealed class StreamBuilder(Keyspace.Keyspace keyspace) : IValueBuilder
{
    private StreamValue? _stream = new(keyspace);

    /// <summary>The stream.</summary>
    internal StreamValue Stream => _stream ?? throw new InvalidOperationException("The stream has been stored.");

    /// <inheritdoc />
    public long Count => _stream?.Length ?? 0;

    /// <inheritdoc />
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        ArgumentNullException.ThrowIfNull(database);
        database.CreateObject(key, hash, Stream);
        _stream = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
