// Owner: whoever has the buffer that is marked; one at a time.

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Where in a buffer of RDB the strings stand that may be worth compressing: noted while they are written, so that nobody has to find them again. Dispose it.</summary>
public sealed class StringMarks(SnapshotBuffer buffer) : IDisposable
{
    /// <summary>Shorter strings are never compressed: they cost more time than their bytes do. Redis begins at 21.</summary>
    public const int BytesMin = 64;

    private const int MarksFirst = 64;

    private byte[] _bytes = [];
    private int _count;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The marks, in order.</summary>
    internal ReadOnlySpan<Mark> All => Marks[.._count];

    private Span<Mark> Marks => MemoryMarshal.Cast<byte, Mark>(_bytes.AsSpan());

    /// <summary>The last bytes of the buffer are a string with its length before it.</summary>
    public void AddLast(int bytes, int stringBytes) => Add(buffer.Length - bytes, bytes, stringBytes);

    /// <summary>So many bytes of the buffer are a string with its length before it.</summary>
    public void Add(int start, int bytes, int stringBytes)
    {
        if (stringBytes < BytesMin)
            return;
        if (_count == Marks.Length)
            Grow();
        Marks[_count++] = new Mark(start, start + bytes - stringBytes, stringBytes);
    }

    /// <summary>What was written behind a length has been taken back.</summary>
    public void Truncate(int length)
    {
        while (_count > 0 && Marks[_count - 1].Start >= length)
            _count--;
    }

    /// <summary>Gives borrowed memory back; there are no marks then.</summary>
    public void Dispose()
    {
        Return(_bytes);
        (_bytes, _count) = ([], 0);
    }

    // Borrowed, since a snapshot fills some for each chunk, and what is new each time the kernel has to find, page by page, in a step of the shard; and as bytes: a pool of marks would be compiled there.
    private void Grow()
    {
        byte[] bigger = ArrayPool<byte>.Shared.Rent(Unsafe.SizeOf<Mark>() * Math.Max(MarksFirst, 2 * _count));
        MemoryMarshal.AsBytes(All).CopyTo(bigger);
        Return(_bytes);
        _bytes = bigger;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>A string.</summary>
    /// <param name="Start">Where its length stands.</param>
    /// <param name="BytesStart">Where its bytes begin.</param>
    /// <param name="Length">How many they are.</param>
    internal readonly record struct Mark(int Start, int BytesStart, int Length)
    {
        /// <summary>Where it ends.</summary>
        public int End => BytesStart + Length;
    }
}
