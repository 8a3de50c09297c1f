// Owner: whoever has the buffer that is marked; one at a time.

using System.Buffers;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Where in a buffer of RDB the strings stand that may be worth compressing: noted while they are written, so that nobody has to find them again. Dispose it.</summary>
public sealed class StringMarks(SnapshotBuffer buffer) : IDisposable
{
    /// <summary>Shorter strings are never compressed: they cost more time than their bytes do. Redis begins at 21.</summary>
    public const int BytesMin = 64;

    private const int MarksFirst = 64;

    private Mark[] _marks = [];
    private int _count;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The marks, in order.</summary>
    internal ReadOnlySpan<Mark> All => _marks.AsSpan(0, _count);

    /// <summary>The last bytes of the buffer are a string with its length before it.</summary>
    public void AddLast(int bytes, int stringBytes) => Add(buffer.Length - bytes, bytes, stringBytes);

    /// <summary>So many bytes of the buffer are a string with its length before it.</summary>
    public void Add(int start, int bytes, int stringBytes)
    {
        if (stringBytes < BytesMin)
            return;
        if (_count == _marks.Length)
            Grow();
        _marks[_count++] = new Mark(start, start + bytes - stringBytes, stringBytes);
    }

    /// <summary>What was written behind a length has been taken back.</summary>
    public void Truncate(int length)
    {
        while (_count > 0 && _marks[_count - 1].Start >= length)
            _count--;
    }

    /// <summary>Gives borrowed memory back; there are no marks then.</summary>
    public void Dispose()
    {
        Return(_marks);
        (_marks, _count) = ([], 0);
    }

    // Borrowed: a snapshot fills some for each chunk, and what is new each time the kernel has to find, page by page, in a step of the shard.
    private void Grow()
    {
        Mark[] bigger = ArrayPool<Mark>.Shared.Rent(Math.Max(MarksFirst, 2 * _count));
        All.CopyTo(bigger);
        Return(_marks);
        _marks = bigger;
    }

    private static void Return(Mark[] marks)
    {
        if (marks.Length > 0)
            ArrayPool<Mark>.Shared.Return(marks);
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
