using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>A value that has been read whole and belongs to no key yet. Store it or not, and dispose it; good as long as what it was read from.</summary>
public readonly ref struct DecodedValue
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly IValueBuilder? _container;

    internal DecodedValue(ReadOnlySpan<byte> text) => _text = text;

    internal DecodedValue(IValueBuilder container) => _container = container;

    /// <summary>Makes an absent key of the value; an expiry of 0 is none.</summary>
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash, long expireAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        Slot slot = default;
        if (_container is null)
        {
            StringValue.Store(database, key, hash, exists: false, ref slot, _text, expireAtMs);
            return;
        }

        _container.Store(database, key, hash);
        if (expireAtMs != 0 && database.Table.TryFind(key, hash, out slot))
            database.SetExpireAtMs(ref slot, expireAtMs);
    }

    /// <summary>Frees what was not stored.</summary>
    public void Dispose() => _container?.Dispose();
}
