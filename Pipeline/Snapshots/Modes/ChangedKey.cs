using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>A key by its database and its bytes.</summary>
internal sealed class ChangedKey(int database, byte[] name) : IEquatable<ChangedKey>
{
    private readonly int _hash = (int)KeyHash.Of(name) ^ database;

    public int Database => database;

    public ReadOnlySpan<byte> Name => name;

    public bool Equals(ChangedKey? other) => other is not null && other._hash == _hash && other.Database == database && other.Name.SequenceEqual(name);

    public override bool Equals(object? obj) => Equals(obj as ChangedKey);

    public override int GetHashCode() => _hash;
}
