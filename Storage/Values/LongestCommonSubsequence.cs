using System.Buffers;

namespace DragonflyFlow.Storage.Values;

/// <summary>A run of bytes that two texts have in common, in order (LCS ... IDX).</summary>
/// <param name="FirstStart">Where it begins in the first text.</param>
/// <param name="SecondStart">Where it begins in the second text.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct CommonRun(int FirstStart, int SecondStart, int Length);

/// <summary>
/// The longest common subsequence of two texts, by the classic table of lengths of all prefixes: its memory and time are the product of both lengths.
/// Where several subsequences are longest, the choice is Redis's.
/// </summary>
public sealed class LongestCommonSubsequence : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private int[] _lengths;

    /// <summary>Fills the table.</summary>
    public LongestCommonSubsequence(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        _width = second.Length + 1;
        _height = first.Length + 1;
        _lengths = ArrayPool<int>.Shared.Rent(checked(_width * _height));
        Row(0).Clear();
        for (int i = 1; i < _height; i++)
        {
            ReadOnlySpan<int> above = Row(i - 1);
            Span<int> row = Row(i);
            byte letter = first[i - 1];
            int left = row[0] = 0;
            for (int j = 1; j < row.Length; j++)
                row[j] = left = second[j - 1] == letter ? above[j - 1] + 1 : Math.Max(above[j], left);
        }
    }

    /// <summary>Length of the subsequence.</summary>
    public int Length => Row(_height - 1)[_width - 1];

    /// <summary>Bytes of the table for texts of these lengths.</summary>
    public static long BytesFor(int firstLength, int secondLength) => sizeof(int) * ((long)firstLength + 1) * ((long)secondLength + 1);

    /// <summary>Writes the subsequence (<see cref="Length"/> bytes) and adds its runs, last one first. The texts are those the table was made of.</summary>
    public void Trace(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> sequence, List<CommonRun>? runs)
    {
        int at = sequence.Length;
        int run = 0;
        int i = first.Length;
        int j = second.Length;
        while (i > 0 && j > 0)
        {
            if (first[i - 1] == second[j - 1])
            {
                sequence[--at] = first[--i];
                j--;
                run++;
                continue;
            }

            if (run > 0)
                runs?.Add(new CommonRun(i, j, run));
            run = 0;
            if (Row(i - 1)[j] > Row(i)[j - 1])
                i--;
            else
                j--;
        }

        if (run > 0)
            runs?.Add(new CommonRun(i, j, run));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_lengths);
        _lengths = [];
    }

    private Span<int> Row(int index) => _lengths.AsSpan(index * _width, _width);
}
