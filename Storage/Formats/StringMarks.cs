// Owner: whoever has the buffer that is marked; one at a time.

namespace DragonflyFlow.Storage.Formats;

/// <summary>Where in a buffer of RDB the strings stand that may be worth compressing: noted while they are written, so that nobody has to find them again.</summary>
public sealed class StringMarks(SnapshotBuffer buffer)
{
    /// <summary>Shorter strings are never compressed: they cost more time than their bytes do. Redis begins at 21.</summary>
    public const int BytesMin = 64;

    private readonly List<Mark> _marks = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _marks.Count == 0;

    /// <summary>The marks, in order.</summary>
    internal List<Mark> All => _marks;

    /// <summary>The last bytes of the buffer are a string with its length before it.</summary>
    public void AddLast(int bytes, int stringBytes)
    {
        if (stringBytes >= BytesMin)
            _marks.Add(new Mark(buffer.Length - bytes, buffer.Length - stringBytes, stringBytes));
    }

    /// <summary>What was written behind a length has been taken back.</summary>
    public void Truncate(int length)
    {
        while (_marks.Count > 0 && _marks[^1].Start >= length)
            _marks.RemoveAt(_marks.Count - 1);
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
