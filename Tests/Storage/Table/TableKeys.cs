using System.Buffers.Binary;
using System.Text;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>Keys and hash functions that tests aim with.</summary>
internal static class TableKeys
{
    /// <summary>The hash is written in the key's first 8 bytes.</summary>
    public static ulong HashInKey(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key);

    /// <summary>Well spread segments, but only three homes and one fingerprint: every bucket rule is exercised with few keys.</summary>
    public static ulong Crowded(ReadOnlySpan<byte> key)
    {
        ulong hash = KeyHash.Of(key);
        int home = (hash % 3) switch { 0 => 0, 1 => 1, _ => 59 };
        return (hash & 0xFFFF_FFFF_0000_0000) | InHome(home) | 0x42;
    }

    /// <summary>Half of the keys share their first 6 bits: segments of very different depth.</summary>
    public static ulong Skewed(ReadOnlySpan<byte> key)
    {
        ulong hash = KeyHash.Of(key);
        return (hash & 1) == 0 ? hash : hash & (ulong.MaxValue >> 6);
    }

    /// <summary>The hash function of a test's data row.</summary>
    public static KeyHasher Named(string name) => name switch
    {
        nameof(Crowded) => Crowded,
        nameof(Skewed) => Skewed,
        nameof(KeyHash) => KeyHash.Of,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such hash"),
    };

    /// <summary>A hash in a home bucket, with prefix and fingerprint 0.</summary>
    public static ulong InHome(int home) => ((((ulong)home << 24) / 60) + 1000) << 8;

    /// <summary>A key that carries its hash.</summary>
    public static byte[] WithHash(ulong hash, int number)
    {
        byte[] key = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(key, hash);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), number);
        return key;
    }

    /// <summary>The key of a number; every 700th is long, at and around the length that no longer fits in 2 bytes.</summary>
    public static byte[] Numbered(int number)
    {
        byte[] key = Encoding.ASCII.GetBytes($"key:{number}");
        if (number % 700 == 50)
            Array.Resize(ref key, 65_533 + (number / 700 % 4));
        return key;
    }
}
