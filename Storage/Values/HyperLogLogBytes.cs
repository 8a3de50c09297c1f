using System.Buffers.Binary;
using System.Numerics;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// HyperLogLogs as Redis keeps them, byte for byte, in strings: a header of 16 bytes ("HYLL", encoding, three zeros, cached cardinality, whose top bit says
/// that it is out of date) and 16384 registers, dense (6 bits each) or sparse (runs). So DUMP files, replicas and GET/SET carry them to and fro.
/// </summary>
public static class HyperLogLogBytes
{
    /// <summary>Bytes before the registers.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Registers.</summary>
    public const int Registers = 1 << IndexBits;

    /// <summary>Bytes of a dense one.</summary>
    public const int DenseBytes = HeaderBytes + HyperLogLogDense.RegisterBytes;

    /// <summary>Values that a register can have.</summary>
    public const int RankCount = RankBits + 2;

    private const int IndexBits = 14;
    private const int RankBits = 64 - IndexBits;
    private const ulong HashSeed = 0xADC83B19;
    private const int EncodingAt = 4;
    private const int CardinalityAt = 8;
    private const byte Dense = 0;
    private const byte Sparse = 1;
    private const ulong OutOfDate = 1UL << 63;

    /// <summary>Whether a string can be a HyperLogLog: magic, encoding and, if dense, length.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value)
        => value.Length >= HeaderBytes && value.StartsWith("HYLL"u8) && value[EncodingAt] <= Sparse && (!IsDense(value) || value.Length == DenseBytes);

    /// <summary>Whether a valid one is dense.</summary>
    public static bool IsDense(ReadOnlySpan<byte> value) => value[EncodingAt] == Dense;

    /// <summary>The registers behind the header.</summary>
    public static ReadOnlySpan<byte> RegistersOf(ReadOnlySpan<byte> value) => value[HeaderBytes..];

    /// <summary>The register of an element, and the rank (first set bit of the rest of its hash) that the register is raised to.</summary>
    public static (int Index, int Rank) Place(ReadOnlySpan<byte> element)
    {
        ulong hash = MurmurHash.Of(element, HashSeed);
        ulong rest = (hash >> IndexBits) | (1UL << RankBits);
        return ((int)(hash & (Registers - 1)), BitOperations.TrailingZeroCount(rest) + 1);
    }

    /// <summary>The cached cardinality, if it is up to date.</summary>
    public static bool TryCached(ReadOnlySpan<byte> value, out long cardinality)
    {
        ulong cached = BinaryPrimitives.ReadUInt64LittleEndian(value[CardinalityAt..]);
        cardinality = (long)cached;
        return (cached & OutOfDate) == 0;
    }

    /// <summary>Stores the cardinality.</summary>
    public static void Cache(Span<byte> value, long cardinality) => BinaryPrimitives.WriteInt64LittleEndian(value[CardinalityAt..], cardinality);

    /// <summary>Marks the cached cardinality as out of date.</summary>
    public static void Invalidate(Span<byte> value) => value[HeaderBytes - 1] |= 0x80;

    /// <summary>Counts how many registers have each rank; false if the registers are damaged.</summary>
    public static bool TryHistogram(ReadOnlySpan<byte> value, Span<int> ranks)
    {
        ranks.Clear();
        if (!IsDense(value))
            return HyperLogLogSparse.TryHistogram(RegistersOf(value), ranks);
        HyperLogLogDense.Histogram(RegistersOf(value), ranks);
        return true;
    }

    /// <summary>Raises each of 16384 ranks to that of the register; false if the registers are damaged.</summary>
    public static bool TryMerge(ReadOnlySpan<byte> value, Span<byte> ranks)
    {
        if (!IsDense(value))
            return HyperLogLogSparse.TryMerge(RegistersOf(value), ranks);
        HyperLogLogDense.Merge(RegistersOf(value), ranks);
        return true;
    }

    /// <summary>Writes an empty sparse one into <paramref name="destination"/>; its length.</summary>
    public static int WriteEmpty(Span<byte> destination)
    {
        WriteHeader(destination, Sparse);
        return HeaderBytes + HyperLogLogSparse.WriteEmpty(destination[HeaderBytes..]);
    }

    /// <summary>Writes the dense form of a sparse one, cached cardinality included; false if its registers are damaged.</summary>
    public static bool TryWriteDense(ReadOnlySpan<byte> sparse, Span<byte> dense)
    {
        WriteHeader(dense, Dense);
        sparse[CardinalityAt..HeaderBytes].CopyTo(dense[CardinalityAt..]);
        dense[HeaderBytes..].Clear();
        return HyperLogLogSparse.TryExpand(RegistersOf(sparse), dense[HeaderBytes..]);
    }

    private static void WriteHeader(Span<byte> destination, byte encoding)
    {
        destination[..HeaderBytes].Clear();
        "HYLL"u8.CopyTo(destination);
        destination[EncodingAt] = encoding;
    }
}
