using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Replies in RESP2 or RESP3, written one after the other into one growing buffer. Owned by one thread at a time.</summary>
/// <remarks>
/// This file has the forms of the protocol; ReplyBuffer.Storage.cs has the bytes. Nothing is allocated per reply once the buffer has its size.
/// </remarks>
public sealed partial class ReplyBuffer
{
    private const int NumberBytesMax = 20;
    private const int HeaderBytesMax = 1 + NumberBytesMax + 2;

    // Room kept for a header of two digits; EndDeferred moves the body when the count has fewer or more.
    private const int DeferredBytes = 5;

    /// <summary>Whether aggregates and scalars are written in RESP3's own forms; set before each command.</summary>
    public bool Resp3 { get; set; }

    /// <summary>+OK</summary>
    public void Ok() => Raw("+OK\r\n"u8);

    /// <summary>A simple string; no CR or LF inside.</summary>
    public void Simple(string text)
    {
        Debug.Assert(text.AsSpan().IndexOfAny('\r', '\n') < 0, "a simple string is one line");
        Line((byte)'+', text);
    }

    /// <summary>
    /// An error: <paramref name="text"/> with its code word ("ERR syntax error"), without the leading minus. Line breaks become spaces, as in Redis.
    /// </summary>
    public void Error(string text)
    {
        int start = _length + 1;
        Line((byte)'-', text);
        ReplaceLineBreaks(_data.AsSpan(start, _length - 2 - start));
    }

    /// <summary>As <see cref="Error(string)"/>, for texts that quote a client's bytes.</summary>
    public void Error(ReadOnlySpan<byte> text)
    {
        Span<byte> reply = Take(text.Length + 3);
        reply[0] = (byte)'-';
        text.CopyTo(reply[1..]);
        ReplaceLineBreaks(reply.Slice(1, text.Length));
        EndLine(reply);
    }

    /// <summary>An integer.</summary>
    public void Integer(long value) => Header((byte)':', value);

    /// <summary>A bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> value)
    {
        Ensure(HeaderBytesMax + value.Length + 2);
        Header((byte)'$', value.Length);
        value.CopyTo(_data.AsSpan(_length));
        EndBody(value.Length);
    }

    /// <summary>A bulk string of so many bytes, undefined and to be filled by the caller before anything else is written.</summary>
    public Span<byte> BulkOf(int length)
    {
        Ensure(HeaderBytesMax + length + 2);
        Header((byte)'$', length);
        int start = _length;
        EndBody(length);
        return _data.AsSpan(start, length);
    }

    /// <summary>A bulk string from text, in UTF-8.</summary>
    public void Bulk(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Ensure(HeaderBytesMax + length + 2);
        Header((byte)'$', length);
        Encoding.UTF8.GetBytes(value, _data.AsSpan(_length));
        EndBody(length);
    }

    /// <summary>A bulk string: the decimal form of an integer.</summary>
    public void BulkInteger(long value)
    {
        Span<byte> text = stackalloc byte[NumberBytesMax];
        Bulk(text[..FormatNumber(text, value)]);
    }

    /// <summary>No value: $-1 in RESP2, _ in RESP3.</summary>
    public void Null() => Raw(Resp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>No array: *-1 in RESP2, _ in RESP3.</summary>
    public void NullArray() => Raw(Resp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>Starts an array.</summary>
    public void Array(int count) => Header((byte)'*', count);

    /// <summary>Starts a map of <paramref name="pairs"/> pairs: %n in RESP3, an array of 2n in RESP2.</summary>
    public void Map(int pairs) => Aggregate('%', pairs);

    /// <summary>Starts a set: ~n in RESP3, an array in RESP2.</summary>
    public void Set(int count) => Aggregate('~', count);

    /// <summary>Starts a push: >n in RESP3, an array in RESP2.</summary>
    public void Push(int count) => Aggregate('>', count);

    /// <summary>A double: ,v in RESP3, a bulk string in RESP2; text as Redis 7.2 writes it (<see cref="DoubleText"/>).</summary>
    public void Double(double value)
    {
        Span<byte> text = stackalloc byte[DoubleText.BytesMax];
        text = text[..DoubleText.Format(value, text)];
        if (Resp3)
            Line((byte)',', text);
        else
            Bulk(text);
    }

    /// <summary>A boolean: #t or #f in RESP3, :1 or :0 in RESP2.</summary>
    public void Boolean(bool value) => Raw(Resp3 ? (value ? "#t\r\n"u8 : "#f\r\n"u8) : (value ? ":1\r\n"u8 : ":0\r\n"u8));

    /// <summary>A big number: (n in RESP3, a bulk string in RESP2.</summary>
    public void BigNumber(string digits)
    {
        if (Resp3)
            Line((byte)'(', digits);
        else
            Bulk(digits);
    }

    /// <summary>A verbatim string of a three-letter format: =n in RESP3, a bulk string in RESP2.</summary>
    public void Verbatim(string format, ReadOnlySpan<byte> text)
    {
        if (!Resp3)
        {
            Bulk(text);
            return;
        }

        if (format.Length != 3 || !Ascii.IsValid(format))
            throw new ArgumentException("A verbatim format has three ASCII letters.", nameof(format));

        Ensure(HeaderBytesMax + text.Length + 6);
        Header((byte)'=', text.Length + 4);
        Span<byte> body = _data.AsSpan(_length);
        Encoding.ASCII.GetBytes(format, body);
        body[3] = (byte)':';
        text.CopyTo(body[4..]);
        EndBody(text.Length + 4);
    }

    /// <summary>Bytes that are a reply already.</summary>
    public void Raw(ReadOnlySpan<byte> reply) => reply.CopyTo(Take(reply.Length));

    /// <summary>Reserves an aggregate header whose count is not known yet; returns a mark for <see cref="EndDeferred"/>. May nest.</summary>
    public int BeginDeferred()
    {
        int mark = _length;
        Take(DeferredBytes);
        return mark;
    }

    /// <summary>Fills a deferred header: <paramref name="type"/> is '*', '~', '>' or '%' ('%' counts pairs; RESP2 forms are chosen here).</summary>
    /// <remarks>Inner headers are ended before outer ones. The body moves by a byte or more unless the count has two digits.</remarks>
    public void EndDeferred(int mark, char type, int count)
    {
        int body = mark + DeferredBytes;
        int bodyLength = _length - body;
        ArgumentOutOfRangeException.ThrowIfNegative(bodyLength, nameof(mark));

        Span<byte> header = stackalloc byte[HeaderBytesMax];
        header = header[..FormatHeader(header, AggregateType(type), AggregateCount(type, count))];
        Ensure(header.Length);
        _data.AsSpan(body, bodyLength).CopyTo(_data.AsSpan(mark + header.Length));
        header.CopyTo(_data.AsSpan(mark));
        _length = mark + header.Length + bodyLength;
    }

    private void Aggregate(char type, int count) => Header(AggregateType(type), AggregateCount(type, count));

    private byte AggregateType(char type) => type switch
    {
        '*' => (byte)'*',
        '%' or '~' or '>' => Resp3 ? (byte)type : (byte)'*',
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An aggregate is '*', '%', '~' or '>'."),
    };

    private long AggregateCount(char type, int count) => type == '%' && !Resp3 ? 2L * count : count;

    private void Header(byte type, long value)
    {
        Ensure(HeaderBytesMax);
        _length += FormatHeader(_data.AsSpan(_length), type, value);
    }

    private static int FormatHeader(Span<byte> destination, byte type, long value)
    {
        destination[0] = type;
        int length = 1 + FormatNumber(destination[1..], value);
        destination[length] = (byte)'\r';
        destination[length + 1] = (byte)'\n';
        return length + 2;
    }

    private static int FormatNumber(Span<byte> destination, long value)
    {
        // Most headers have one digit or two.
        if ((ulong)value >= 100)
        {
            value.TryFormat(destination, out int length, provider: CultureInfo.InvariantCulture);
            return length;
        }

        int tens = (int)value / 10;
        int ones = (int)value - (tens * 10);
        destination[0] = (byte)('0' + (tens > 0 ? tens : ones));
        if (tens == 0)
            return 1;

        destination[1] = (byte)('0' + ones);
        return 2;
    }

    private void Line(byte type, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> reply = Take(length + 3);
        reply[0] = type;
        Encoding.UTF8.GetBytes(text, reply[1..]);
        EndLine(reply);
    }

    private void Line(byte type, ReadOnlySpan<byte> text)
    {
        Span<byte> reply = Take(text.Length + 3);
        reply[0] = type;
        text.CopyTo(reply[1..]);
        EndLine(reply);
    }

    private static void EndLine(Span<byte> reply) => "\r\n"u8.CopyTo(reply[^2..]);

    private static void ReplaceLineBreaks(Span<byte> text)
    {
        text.Replace((byte)'\r', (byte)' ');
        text.Replace((byte)'\n', (byte)' ');
    }
}
