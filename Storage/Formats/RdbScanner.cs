using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Passes over the primitives of RDB without decoding them, in input that may end anywhere. A step that fails leaves the place where it was and says how many
/// bytes of input it needs, or why the input can never be right.
/// </summary>
internal ref struct RdbScanner
{
    private const byte FormMask = RdbLength.Encoding;
    private const byte TextNotANumber = 253;
    private const byte TextPositiveInfinity = 254;
    private const byte TextNegativeInfinity = 255;

    private readonly ReadOnlySpan<byte> _input;

    /// <summary>Begins at a place of the input.</summary>
    public RdbScanner(ReadOnlySpan<byte> input, int at)
    {
        _input = input;
        At = at;
    }

    /// <summary>The place in the input.</summary>
    public int At { get; set; }

    /// <summary>Bytes that the input must have at least for the step that failed.</summary>
    public long Needed { get; private set; }

    /// <summary>What is wrong; null if the step that failed only lacks input.</summary>
    public string? Problem { get; private set; }

    /// <summary>Notes what is wrong here.</summary>
    public bool Fail(string reason)
    {
        Problem = reason;
        return false;
    }

    /// <summary>Passes over bytes.</summary>
    public bool TrySkip(long count)
    {
        if (count > _input.Length - At)
        {
            Needed = At + count;
            return false;
        }

        At += (int)count;
        return true;
    }

    /// <summary>Reads one byte.</summary>
    public bool TryByte(out byte value)
    {
        value = At < _input.Length ? _input[At] : (byte)0;
        return TrySkip(1);
    }

    /// <summary>Reads bytes.</summary>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bool isThere = TrySkip(count);
        bytes = isThere ? _input.Slice(At - count, count) : default;
        return isThere;
    }

    /// <summary>Reads a length or a count.</summary>
    public bool TryLength(out ulong length)
    {
        int start = At;
        if (!TryLengthOrForm(out length, out bool isForm))
            return false;
        if (!isForm)
            return true;
        At = start;
        return Fail("the form of a string stands where a number has to be");
    }

    /// <summary>Passes over a string in whatever form.</summary>
    public bool TrySkipString()
    {
        int start = At;
        if (TrySkipStringFrom())
            return true;
        At = start;
        return false;
    }

    /// <summary>Passes over a string; gives it as it stands there, its length included.</summary>
    public bool TryString(out ReadOnlySpan<byte> encoded)
    {
        int start = At;
        bool isThere = TrySkipString();
        encoded = isThere ? _input[start..At] : default;
        return isThere;
    }

    /// <summary>Passes over a score that is written as text.</summary>
    public bool TrySkipScoreText()
    {
        int start = At;
        if (!TryByte(out byte length))
            return false;
        if (length is TextNotANumber or TextPositiveInfinity or TextNegativeInfinity || TrySkip(length))
            return true;
        At = start;
        return false;
    }

    private bool TrySkipStringFrom()
    {
        if (!TryLengthOrForm(out ulong length, out bool isForm))
            return false;
        if (!isForm)
            return length <= RdbReader.StringBytesMax ? TrySkip((long)length) : Fail("a string claims to be longer than 512 MB");
        return (RdbStringEncoding)length switch
        {
            RdbStringEncoding.Int8 => TrySkip(sizeof(sbyte)),
            RdbStringEncoding.Int16 => TrySkip(sizeof(short)),
            RdbStringEncoding.Int32 => TrySkip(sizeof(int)),
            RdbStringEncoding.Lzf => TrySkipCompressed(),
            _ => Fail("a string has a form that is not known"),
        };
    }

    private bool TrySkipCompressed()
    {
        if (!TryLength(out ulong compressed) || !TryLength(out ulong length))
            return false;
        if (length > RdbReader.StringBytesMax || compressed > RdbReader.StringBytesMax)
            return Fail("a compressed string claims to be longer than 512 MB");
        return TrySkip((long)compressed);
    }

    private bool TryLengthOrForm(out ulong length, out bool isForm)
    {
        length = 0;
        isForm = false;
        int start = At;
        if (!TryByte(out byte first))
            return false;
        length = (ulong)first & 0x3F;
        isForm = (first & FormMask) == FormMask;
        int more = (first & FormMask) switch
        {
            0x40 => 1,
            RdbLength.Wide => first switch
            {
                RdbLength.Wide => sizeof(uint),
                RdbLength.Widest => sizeof(ulong),
                _ => -1,
            },
            _ => 0,
        };
        if (more < 0 || !TryTake(more, out ReadOnlySpan<byte> rest))
        {
            At = start;
            return more < 0 ? Fail("a length has a form that is not known") : false;
        }

        length = more switch
        {
            0 => length,
            1 => (length << 8) | rest[0],
            sizeof(uint) => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest),
        };
        return true;
    }
}
