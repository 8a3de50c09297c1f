using System.Buffers.Binary;
using System.Buffers.Text;

namespace DragonflyFlow.Storage.Values;

/// <summary>The id of a stream's entry: Unix milliseconds, and a number within the millisecond. Ids of one stream only grow.</summary>
/// <param name="Ms">Milliseconds.</param>
/// <param name="Seq">Number within the millisecond.</param>
public readonly record struct StreamId(ulong Ms, ulong Seq) : IComparable<StreamId>
{
    /// <summary>Bytes of the binary form, which sorts as the ids do.</summary>
    public const int Bytes = 2 * sizeof(ulong);

    /// <summary>Longest text form: two numbers of 20 digits and a dash.</summary>
    public const int TextBytesMax = 41;

    /// <summary>0-0, which no entry has.</summary>
    public static readonly StreamId Min;

    /// <summary>The last id there can be.</summary>
    public static readonly StreamId Max = new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>Whether one id is before another.</summary>
    public static bool operator <(StreamId left, StreamId right) => left.CompareTo(right) < 0;

    /// <summary>Whether one id is behind another.</summary>
    public static bool operator >(StreamId left, StreamId right) => left.CompareTo(right) > 0;

    /// <summary>Whether one id is not behind another.</summary>
    public static bool operator <=(StreamId left, StreamId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one id is not before another.</summary>
    public static bool operator >=(StreamId left, StreamId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc />
    public int CompareTo(StreamId other) => Ms != other.Ms ? Ms.CompareTo(other.Ms) : Seq.CompareTo(other.Seq);

    /// <summary>The next id; false if there is none.</summary>
    public bool TryNext(out StreamId next)
    {
        // Looked at first: the result may be written over this id itself.
        bool isThere = this != Max;
        next = Seq != ulong.MaxValue ? new StreamId(Ms, Seq + 1) : new StreamId(unchecked(Ms + 1), 0);
        return isThere;
    }

    /// <summary>The id before; false if there is none.</summary>
    public bool TryPrevious(out StreamId previous)
    {
        bool isThere = this != Min;
        previous = Seq != 0 ? new StreamId(Ms, Seq - 1) : new StreamId(unchecked(Ms - 1), ulong.MaxValue);
        return isThere;
    }

    /// <summary>Writes "ms-seq" into at least <see cref="TextBytesMax"/> bytes; the part that was written.</summary>
    public ReadOnlySpan<byte> WriteText(Span<byte> destination, byte separator = (byte)'-')
    {
        Utf8Formatter.TryFormat(Ms, destination, out int length);
        destination[length++] = separator;
        Utf8Formatter.TryFormat(Seq, destination[length..], out int rest);
        return destination[..(length + rest)];
    }

    /// <summary>Writes the binary form.</summary>
    public void WriteBytes(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Ms);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(ulong)..], Seq);
    }

    /// <summary>Reads the binary form.</summary>
    public static StreamId ReadBytes(ReadOnlySpan<byte> source)
        => new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[sizeof(ulong)..]));

    /// <summary>The id that differs from this one by what a packed entry holds; wraps around as the difference did.</summary>
    internal StreamId Plus(long ms, long seq) => unchecked(new StreamId(Ms + (ulong)ms, Seq + (ulong)seq));
}
