using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Storage.Values;

/// <summary>A sorted set that grows apart from all keys; it takes its form (<see cref="SortedSetLimits"/>) when it is stored.</summary>
internal sealed class SortedSetBuilder : IPairBuilder
{
    private SortedSetValue? _value;

    /// <summary>An empty sorted set that will be stored in this shard.</summary>
    public SortedSetBuilder(Keyspace.Keyspace keyspace) => _value = new SortedSetValue(keyspace);

    /// <inheritdoc />
    public long Count => _value?.Count ?? 0;

    /// <inheritdoc />
    public bool TryAdd(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => ScoreText.TryParse(second, out double score) && TryAdd(first, score);

    /// <summary>Adds a member; false if it is there or its score is no number.</summary>
    public bool TryAdd(ReadOnlySpan<byte> member, double score)
    {
        if (double.IsNaN(score) || _value!.TryGet(member, out _))
            return false;
        _value.Set(member, score);
        return true;
    }

    /// <inheritdoc />
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        RecordSortedSet.Store(database, key, hash, _value!);
        _value = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
    }
}
