namespace DragonflyFlow.Storage.Values;

/// <summary>What became of raising a register of a sparse HyperLogLog.</summary>
public enum SparseRaise
{
    /// <summary>The register was there already.</summary>
    Unchanged,

    /// <summary>The register was raised.</summary>
    Raised,

    /// <summary>The sparse form cannot hold it: it has to become dense.</summary>
    NeedsDense,

    /// <summary>The runs do not make 16384 registers.</summary>
    Damaged,
}

/// <summary>
/// Registers as runs: 00nnnnnn is n+1 zeros, 01nnnnnn nnnnnnnn is n+1 zeros, 1vvvvvnn is the rank v+1 in n+1 registers. The edits lead to the same
/// bytes as Redis's: a run is split into at most three, then equal neighbours are joined within five runs from the one before.
/// </summary>
public static class HyperLogLogSparse
{
    /// <summary>Bytes that one raise may add.</summary>
    public const int GrowthMax = 3;

    private const int RankMax = 32;
    private const int ValueLengthMax = 4;
    private const int ShortZerosMax = 64;
    private const int JoinedRuns = 5;

    private readonly record struct Run(int Rank, int Length, int Bytes);

    /// <summary>Writes 16384 zeros; the bytes they take.</summary>
    public static int WriteEmpty(Span<byte> destination) => WriteZeros(destination, HyperLogLogBytes.Registers);

    /// <summary>
    /// Raises a register. <paramref name="runs"/> has room for <see cref="GrowthMax"/> bytes behind the <paramref name="length"/> in use, which may not grow
    /// beyond <paramref name="lengthMax"/>.
    /// </summary>
    public static SparseRaise Raise(Span<byte> runs, ref int length, int index, int rank, int lengthMax)
    {
        if (rank > RankMax)
            return SparseRaise.NeedsDense;
        if (!TryLocate(runs[..length], index, out int at, out int before, out int first))
            return SparseRaise.Damaged;
        Run run = Read(runs, at);
        if (run.Rank >= rank)
            return SparseRaise.Unchanged;

        // At most zeros of two bytes, the register, zeros of two bytes.
        Span<byte> split = stackalloc byte[5];
        int bytes = WriteRun(split, run.Rank, index - first);
        bytes += WriteRun(split[bytes..], rank, 1);
        bytes += WriteRun(split[bytes..], run.Rank, first + run.Length - index - 1);
        int growth = bytes - run.Bytes;
        if (growth > 0 && length + growth > lengthMax)
            return SparseRaise.NeedsDense;
        runs[(at + run.Bytes)..length].CopyTo(runs[(at + bytes)..]);
        split[..bytes].CopyTo(runs[at..]);
        length += growth;
        JoinNeighbours(runs, ref length, before);
        return SparseRaise.Raised;
    }

    /// <summary>Adds the registers to a histogram of ranks; false if they are damaged.</summary>
    public static bool TryHistogram(ReadOnlySpan<byte> runs, Span<int> ranks)
    {
        int index = 0;
        for (int at = 0; at < runs.Length && TryRead(runs, at, out Run run); at += run.Bytes)
        {
            index += run.Length;
            ranks[run.Rank] += run.Length;
        }

        return index == HyperLogLogBytes.Registers;
    }

    /// <summary>Raises ranks to those of the registers; false if they are damaged.</summary>
    public static bool TryMerge(ReadOnlySpan<byte> runs, Span<byte> ranks)
    {
        int index = 0;
        int at = 0;
        for (; at < runs.Length && TryRead(runs, at, out Run run) && index + run.Length <= ranks.Length; at += run.Bytes)
        {
            foreach (ref byte rank in ranks.Slice(index, run.Length))
                rank = (byte)Math.Max(rank, run.Rank);
            index += run.Length;
        }

        return index == HyperLogLogBytes.Registers && at == runs.Length;
    }

    /// <summary>Sets the dense registers, which are all zero; false if the runs are damaged.</summary>
    public static bool TryExpand(ReadOnlySpan<byte> runs, Span<byte> registers)
    {
        int index = 0;
        int at = 0;
        for (; at < runs.Length && TryRead(runs, at, out Run run) && index + run.Length <= HyperLogLogBytes.Registers; at += run.Bytes)
        {
            for (int i = 0; run.Rank > 0 && i < run.Length; i++)
                HyperLogLogDense.Raise(registers, index + i, run.Rank);
            index += run.Length;
        }

        return index == HyperLogLogBytes.Registers && at == runs.Length;
    }

    /// <summary>The runs as PFDEBUG DECODE writes them: z:n and Z:n for zeros of one and two bytes, v:rank,n for others.</summary>
    public static string Describe(ReadOnlySpan<byte> runs)
    {
        List<string> words = [];
        for (int at = 0; at < runs.Length && TryRead(runs, at, out Run run); at += run.Bytes)
            words.Add(run.Rank > 0 ? $"v:{run.Rank},{run.Length}" : $"{(run.Bytes == 1 ? 'z' : 'Z')}:{run.Length}");
        return string.Join(' ', words);
    }

    // The run of a register, the one before it (or itself, if it is the first), and its first register.
    private static bool TryLocate(ReadOnlySpan<byte> runs, int index, out int at, out int before, out int first)
    {
        before = 0;
        first = 0;
        for (at = 0; at < runs.Length && TryRead(runs, at, out Run run); at += run.Bytes)
        {
            if (index < first + run.Length)
                return true;
            before = at;
            first += run.Length;
        }

        return false;
    }

    private static void JoinNeighbours(Span<byte> runs, ref int length, int at)
    {
        for (int looks = JoinedRuns; at < length && looks > 0; looks--)
        {
            Run run = Read(runs, at);
            int next = at + run.Bytes;
            if (run.Rank > 0 && next < length)
            {
                Run neighbour = Read(runs, next);
                int joined = run.Length + neighbour.Length;
                if (neighbour.Rank == run.Rank && joined <= ValueLengthMax)
                {
                    WriteRun(runs[at..], run.Rank, joined);
                    runs[(next + 1)..length].CopyTo(runs[next..]);
                    length--;
                    continue;
                }
            }

            at = next;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> runs, int at, out Run run)
    {
        bool whole = (runs[at] & 0xC0) != 0x40 || at + 1 < runs.Length;
        run = whole ? Read(runs, at) : default;
        return whole;
    }

    private static Run Read(ReadOnlySpan<byte> runs, int at)
    {
        int code = runs[at];
        if ((code & 0x80) != 0)
            return new Run(((code >> 2) & 0x1F) + 1, (code & 0x03) + 1, 1);
        return (code & 0x40) == 0 ? new Run(0, code + 1, 1) : new Run(0, (((code & 0x3F) << 8) | runs[at + 1]) + 1, 2);
    }

    private static int WriteRun(Span<byte> destination, int rank, int length)
    {
        if (length == 0)
            return 0;
        if (rank == 0)
            return WriteZeros(destination, length);
        destination[0] = (byte)(0x80 | ((rank - 1) << 2) | (length - 1));
        return 1;
    }

    private static int WriteZeros(Span<byte> destination, int length)
    {
        if (length <= ShortZerosMax)
        {
            destination[0] = (byte)(length - 1);
            return 1;
        }

        destination[0] = (byte)(0x40 | ((length - 1) >> 8));
        destination[1] = (byte)(length - 1);
        return 2;
    }
}
