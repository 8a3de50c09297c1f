using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The one hash of a key: chosen once per process by seed (clients must not be able to aim at one bucket), used for the shard, the segment,
/// the bucket and the fingerprint. A 128-bit multiply per 16 bytes; not cryptographic.
/// </summary>
public static class KeyHash
{
    private const ulong P0 = 0xA0761D6478BD642FUL;
    private const ulong P1 = 0xE7037ED1A0B428DBUL;
    private const ulong P2 = 0x8EBC6AF09C88C6E3UL;

    private const ulong DefaultSeed = 0x2545F4914F6CDD1DUL;

    private static ulong _seed = DefaultSeed;

    // Both factors of a product are secret: with a known one, keys that make it 0 would all collide, whatever the seed is.
    private static ulong _secret = SecretOf(DefaultSeed);

    /// <summary>Sets the seed. Call before the first table is made; hashes made before are void.</summary>
    public static void Seed(ulong value)
    {
        _seed = value;
        _secret = SecretOf(value);
    }

    /// <summary>Hashes a key.</summary>
    [SkipLocalsInit]
    public static ulong Of(ReadOnlySpan<byte> key)
    {
        ref byte start = ref MemoryMarshal.GetReference(key);
        int length = key.Length;
        ulong state = _seed ^ ((ulong)length * P0);
        if (length <= 16)
        {
            if (length >= 8)
                return Mix(Read64(ref start, 0) ^ P1 ^ state, Read64(ref start, length - 8) ^ _secret);
            if (length >= 4)
                return Mix(Read32(ref start, 0) ^ P1 ^ state, Read32(ref start, length - 4) ^ _secret);
            ulong tiny = length == 0
                ? 0
                : ((ulong)start << 16) | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | Unsafe.Add(ref start, length - 1);
            return Mix(tiny ^ P1 ^ state, _secret);
        }

        ulong secret = _secret;
        int at = 0;
        for (; length - at > 16; at += 16)
            state = Mix(Read64(ref start, at) ^ P1 ^ state, Read64(ref start, at + 8) ^ secret);
        return Mix(Read64(ref start, length - 16) ^ P1 ^ state, Read64(ref start, length - 8) ^ secret);
    }

    /// <summary>The shard of a hash: other bits than those that choose segment, bucket and fingerprint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ShardOf(ulong hash, int shards)
        => shards == 1 ? 0 : (int)((((hash * P0) >> 32) * (ulong)shards) >> 32);

    private static ulong SecretOf(ulong seed) => P2 ^ Mix(seed ^ P0, P1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        ulong folded = high ^ low;
        return folded ^ (folded >> 29);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte start, int at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read32(ref byte start, int at)
    {
        uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
