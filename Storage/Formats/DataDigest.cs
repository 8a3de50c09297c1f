// Owner: whoever adds.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Redis's digest of all data (DEBUG DIGEST), put together key by key in any order and from any number of shards.</summary>
public sealed class DataDigest
{
    private readonly SortedDictionary<int, byte[]> _databases = [];

    /// <summary>Adds a key of a database of this number.</summary>
    public void Add(Database database, int number, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (!_databases.TryGetValue(number, out byte[]? digest))
            _databases.Add(number, digest = new byte[ValueDigest.Bytes]);
        Span<byte> entry = stackalloc byte[ValueDigest.Bytes];
        entry.Clear();
        ValueDigest.Mix(entry, database.Table.Key(slot));
        ValueDigest.AddValue(entry, database, slot);
        ValueDigest.Add(digest, entry);
    }

    /// <summary>The digest of what has been added, in hexadecimal.</summary>
    public override string ToString()
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        digest.Clear();
        foreach ((int number, byte[] keys) in _databases)
        {
            ValueDigest.MixInteger(digest, number);
            for (int i = 0; i < ValueDigest.Bytes; i++)
                digest[i] ^= keys[i];
        }

        return Convert.ToHexStringLower(digest);
    }
}
