using System.Buffers.Text;
using System.Globalization;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Reads replies element by element: a scalar with its payload, or an aggregate's header, whose elements follow. Allocates nothing, keeps no stack: who needs
/// whole replies uses <see cref="RespFrameScanner"/> or <see cref="RespValue"/>. RESP3's streamed strings and aggregates, which no Redis sends, are refused.
/// </summary>
public ref struct RespReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly RespLimits _limits;

    /// <summary>A reader at the start of <paramref name="bytes"/>.</summary>
    public RespReader(ReadOnlySpan<byte> bytes, RespLimits? limits = null)
    {
        _bytes = bytes;
        _limits = limits ?? RespLimits.Default;
    }

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>The element that was read last.</summary>
    public RespKind Kind { get; private set; }

    /// <summary>A scalar's bytes, without type, length and line ends; of a verbatim string with its format.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>The elements that belong to the aggregate and follow; a pair counts as two.</summary>
    public long Count { get; private set; }

    /// <summary>Steps to the next element. False, with nothing changed, when it is not whole yet (of an aggregate: its header).</summary>
    public bool TryRead()
    {
        ReadOnlySpan<byte> rest = _bytes[Position..];
        if (rest.IsEmpty)
            return false;

        RespKind kind = KindOf(rest[0]);
        int lineEnd = FindLineEnd(rest);
        if (lineEnd < 0)
            return false;

        ReadOnlySpan<byte> line = rest[1..lineEnd];
        return kind switch
        {
            RespKind.BulkString or RespKind.Verbatim or RespKind.BulkError => TryReadSized(kind, line, rest[(lineEnd + 2)..]),
            >= RespKind.Array => ReadAggregate(kind, line),
            _ => ReadScalar(kind, line),
        };
    }

    private bool ReadScalar(RespKind kind, ReadOnlySpan<byte> line)
    {
        bool valid = kind switch
        {
            RespKind.Integer => TryParseInteger(line, out _),
            RespKind.Double => TryParseDouble(line, out _),
            RespKind.Boolean => line is [(byte)'t' or (byte)'f'],
            RespKind.Null => line.IsEmpty,
            RespKind.BigNumber => !line.IsEmpty && line.TrimStart((byte)'-').IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0,
            _ => true,
        };
        return valid ? Accept(kind, line, 0, line.Length + 3) : throw Malformed($"not a valid {kind}");
    }

    private bool TryReadSized(RespKind kind, ReadOnlySpan<byte> line, ReadOnlySpan<byte> body)
    {
        long length = ReadLength(line);
        if (length < 0)
            return kind == RespKind.BulkString ? Accept(RespKind.NullBulk, default, 0, line.Length + 3) : throw Malformed($"{kind} without a value");
        if (length > _limits.FrameBytesMax)
            throw Malformed($"a {kind} of {length} bytes is more than {_limits.FrameBytesMax}");
        if (body.Length < length + 2)
            return false;

        ReadOnlySpan<byte> payload = body[..(int)length];
        if (!body.Slice(payload.Length, 2).SequenceEqual("\r\n"u8))
            throw Malformed($"{kind} is longer than its length says");
        if (kind == RespKind.Verbatim && (payload.Length < 4 || payload[3] != (byte)':'))
            throw Malformed("a verbatim string without a format");
        return Accept(kind, payload, 0, line.Length + 3 + payload.Length + 2);
    }

    private bool ReadAggregate(RespKind kind, ReadOnlySpan<byte> line)
    {
        long count = ReadLength(line);
        if (count < 0)
            return kind == RespKind.Array ? Accept(RespKind.NullArray, default, 0, line.Length + 3) : throw Malformed($"{kind} without a value");
        return Accept(kind, default, kind is RespKind.Map or RespKind.Attribute ? count * 2 : count, line.Length + 3);
    }

    private bool Accept(RespKind kind, ReadOnlySpan<byte> payload, long count, int length)
    {
        Kind = kind;
        Payload = payload;
        Count = count;
        Position += length;
        return true;
    }

    /// <summary>A length: 0 to 2147483647, or -1.</summary>
    private readonly long ReadLength(ReadOnlySpan<byte> line) =>
        TryParseInteger(line, out long length) && length is >= -1 and <= int.MaxValue
            ? length
            : throw Malformed("not a valid length");

    private readonly int FindLineEnd(ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if ((end < 0 ? rest.Length : end) > _limits.LineBytesMax)
            throw Malformed($"a line of more than {_limits.LineBytesMax} bytes");
        if (end < 0 || (rest[end] == (byte)'\r' && end + 1 == rest.Length))
            return -1;
        return rest[end] == (byte)'\r' && rest[end + 1] == (byte)'\n' ? end : throw Malformed("a line that does not end with CR LF");
    }

    internal static bool TryParseInteger(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;

    internal static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text, Plain, CultureInfo.InvariantCulture, out value))
            return true;

        value = text.SequenceEqual("inf"u8) || text.SequenceEqual("+inf"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-inf"u8) ? double.NegativeInfinity
            : double.NaN;
        return !double.IsNaN(value) || text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8);
    }

    private readonly RespKind KindOf(byte type) => type switch
    {
        (byte)'+' => RespKind.SimpleString,
        (byte)'-' => RespKind.Error,
        (byte)':' => RespKind.Integer,
        (byte)'$' => RespKind.BulkString,
        (byte)'*' => RespKind.Array,
        (byte)'_' => RespKind.Null,
        (byte)',' => RespKind.Double,
        (byte)'#' => RespKind.Boolean,
        (byte)'(' => RespKind.BigNumber,
        (byte)'!' => RespKind.BulkError,
        (byte)'=' => RespKind.Verbatim,
        (byte)'%' => RespKind.Map,
        (byte)'~' => RespKind.Set,
        (byte)'>' => RespKind.Push,
        (byte)'|' => RespKind.Attribute,
        _ => throw Malformed($"no element begins with byte 0x{type:X2}"),
    };

    private readonly RespProtocolException Malformed(string what) => new($"RESP: {what}, {Position} bytes into the reply");
}
