using System.Diagnostics.CodeAnalysis;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Compares keys by their bytes, and finds a copied key by a span of its bytes without copying again.</summary>
internal sealed class KeyBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>The comparer; it has no state.</summary>
    public static readonly KeyBytes Comparer = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => (int)KeyHash.Of(obj);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)KeyHash.Of(alternate);
}
