using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>A list that grows at its right end apart from all keys, in the form that it will have (<see cref="ListLimits"/>).</summary>
public sealed class ListBuilder : IElementBuilder
{
    private readonly Keyspace.Keyspace _keyspace;
    private readonly PackedBuffer _small = new();
    private ListValue? _big;

    /// <summary>An empty list that will be stored in this shard.</summary>
    public ListBuilder(Keyspace.Keyspace keyspace) => _keyspace = keyspace;

    /// <inheritdoc />
    public long Count => _big?.Count ?? _small.Count;

    /// <inheritdoc />
    public bool TryAdd(ReadOnlySpan<byte> element)
    {
        if (_big is null && (_small.BytesWith(element.Length) > ListLimits.NodeBytes || _small.Count >= ListLimits.PackedCountMax))
        {
            _big = new ListValue(_keyspace);
            _big.Append(_small.Block);
        }

        if (_big is not null)
            _big.Push(ListEnd.Right, element);
        else
            _small.Append(element);
        return true;
    }

    /// <inheritdoc />
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        if (_big is not null)
            database.CreateObject(key, hash, _big);
        else
            _small.Store(database, key, hash, ValueKind.List);
        _big = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _small.Dispose();
        _big?.Dispose();
        _big = null;
    }
}
