using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>A hash that grows apart from all keys, in the form that it will have (<see cref="HashLimits"/>).</summary>
internal sealed class HashBuilder : IPairBuilder
{
    private const int Step = 2;

    private readonly Keyspace.Keyspace _keyspace;
    private readonly PackedBuffer _small = new();
    private HashTableValue? _big;

    /// <summary>An empty hash that will be stored in this shard.</summary>
    public HashBuilder(Keyspace.Keyspace keyspace) => _keyspace = keyspace;

    /// <inheritdoc />
    public long Count => _big?.Records.Count ?? _small.Count / Step;

    /// <inheritdoc />
    public bool TryAdd(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (_big is null && (Count >= HashLimits.FieldsMax || Math.Max(first.Length, second.Length) > HashLimits.ValueBytesMax))
            Grow();
        if (_big is not null)
        {
            long before = _big.Records.Count;
            _big.Set(first, second);
            return _big.Records.Count > before;
        }

        if (PackedBlock.Find(_small.Block, first, Step) >= 0)
            return false;
        _small.Append(first);
        _small.Append(second);
        return true;
    }

    /// <summary>Adds a field that expires (Unix milliseconds; 0 = never); false if it is there. One whose time has come is added too, as COPY does.</summary>
    public bool TryAdd(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        if (!TryAdd(field, value))
            return false;
        if (expireAtMs != 0)
        {
            Grow();
            _big!.SetExpiry(field, expireAtMs);
        }

        return true;
    }

    /// <inheritdoc />
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        if (_big is not null)
            database.CreateObject(key, hash, _big);
        else
            _small.Store(database, key, hash, ValueKind.Hash);
        _big = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _small.Dispose();
        _big?.Dispose();
        _big = null;
    }

    private void Grow()
    {
        if (_big is not null)
            return;
        _big = new HashTableValue(_keyspace);
        ReadOnlySpan<byte> block = _small.Block;
        for (int position = PackedBlock.HeaderBytes; position < block.Length;)
        {
            int valueAt = PackedBlock.Next(block, position);
            _big.Set(PackedBlock.Read(block, position), PackedBlock.Read(block, valueAt));
            position = PackedBlock.Next(block, valueAt);
        }
    }
}
