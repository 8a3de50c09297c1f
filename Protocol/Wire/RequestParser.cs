using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Incremental reader of client requests: RESP arrays of bulk strings, and inline commands. Resumes where the bytes ended.</summary>
/// <remarks>
/// Limits and error texts are those of Redis 7.2 (networking.c, processMultibulkBuffer and processInlineBuffer). As there, the line feed of a length line and
/// the CRLF after an argument are counted, not compared. Unlike there the 64 KiB limit of a line does not depend on how the bytes arrive.
/// </remarks>
public sealed class RequestParser
{
    /// <summary>Redis's proto-max-bulk-len: 512 MiB.</summary>
    public const long DefaultBulkBytesMax = 512L << 20;

    /// <summary>Bytes of an inline command or of a length line (PROTO_INLINE_MAX_SIZE).</summary>
    public const int LineBytesMax = 65536;

    private const int UnauthenticatedArgsMax = 10;
    private const int UnauthenticatedBulkBytesMax = 16384;
    private const int LineIncomplete = -1;
    private const int LineTooLong = -2;

    // The command that is not whole yet. Offsets count from the command's first byte, input.Start, so they survive compaction and growth.
    private readonly ArgList _partial = new();
    private bool _suspended;
    private int _argsLeft;
    private int _position;
    private int _searched;
    private int _bulkLength = -1;

    private int _argsMax = int.MaxValue;
    private int _bulkBytesMax = (int)DefaultBulkBytesMax;
    private int _effectiveBulkBytesMax = (int)DefaultBulkBytesMax;
    private bool _unauthenticated;

    /// <summary>The text of a protocol error, without "ERR ".</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes of one argument at most (proto-max-bulk-len).</summary>
    public long BulkBytesMax
    {
        get => _bulkBytesMax;
        set
        {
            _bulkBytesMax = (int)Math.Clamp(value, 0, Array.MaxLength);
            SetLimits();
        }
    }

    /// <summary>Whether the client has still to authenticate: then at most 10 arguments of 16384 bytes each.</summary>
    public bool Unauthenticated
    {
        get => _unauthenticated;
        set
        {
            _unauthenticated = value;
            SetLimits();
        }
    }

    /// <summary>
    /// Reads one command from <paramref name="input"/>, appending its arguments (ranges into input.Data) to <paramref name="args"/> and moving input.Start past it.
    /// On NeedMore the arguments read so far stay inside the parser, which resumes after the next receive. A protocol error is final.
    /// </summary>
    public ParseResult TryRead(InputBuffer input, ArgList args)
    {
        if (_suspended)
            return Resume(input, args);

        // The common case: a whole, well-formed array. Whatever is not (inline, incomplete, malformed, over a limit) is left to Resume, from where this loop stopped.
        // One span and an offset: a span that is cut step by step and passed by reference leaves the registers and makes this three times as slow.
        int start = input.Start;
        ReadOnlySpan<byte> bytes = input.Data.AsSpan(start, input.End - start);
        int position = 0;
        int left = ReadHeader(bytes, (byte)'*', ref position);
        if (left <= 0 || left > _argsMax)
            return Resume(input, args);

        int mark = args.Count;
        do
        {
            int body = position;
            int length = ReadHeader(bytes, (byte)'$', ref body);
            if ((uint)length > (uint)_effectiveBulkBytesMax || length > bytes.Length - body - 2)
                return Suspend(input, args, mark, left, position);

            args.Add(start + body, length);
            position = body + length + 2;
        }
        while (--left > 0);

        input.Start = start + position;
        return ParseResult.Command;
    }

    /// <summary>Forgets an incomplete command or an error, for another connection.</summary>
    public void Reset()
    {
        Error = null;
        ClearPartial();
    }

    private void SetLimits()
    {
        _argsMax = _unauthenticated ? UnauthenticatedArgsMax : int.MaxValue;
        _effectiveBulkBytesMax = _unauthenticated ? Math.Min(_bulkBytesMax, UnauthenticatedBulkBytesMax) : _bulkBytesMax;
    }

    /// <summary>Reads "*n\r\n" or "$n\r\n" in its plain form: the number, with <paramref name="position"/> behind it, or -1 when it is not there in that form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadHeader(ReadOnlySpan<byte> bytes, byte type, ref int position)
    {
        // Five bytes are there in every complete command: behind the shortest header come at least two.
        if (bytes.Length - position < 5)
            return -1;

        ReadOnlySpan<byte> header = bytes.Slice(position, 5);
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint first = ((head >> 8) & 0xFF) - '0';
        if ((head & 0xFFFF00FF) == (type | ('\r' << 16) | ('\n' << 24)) && first <= 9)
        {
            position += 4;
            return (int)first;
        }

        uint second = ((head >> 16) & 0xFF) - '0';
        if ((head & 0xFF0000FF) == (type | ((uint)'\r' << 24)) && header[4] == (byte)'\n' && first - 1 <= 8 && second <= 9)
        {
            position += 5;
            return (int)((first * 10) + second);
        }

        return ReadLongHeader(bytes, type, ref position);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadLongHeader(ReadOnlySpan<byte> bytes, byte type, ref int position)
    {
        ReadOnlySpan<byte> rest = bytes[position..];
        if (rest[0] != type || rest[1] is < (byte)'1' or > (byte)'9')
            return -1;

        int value = 0;
        int end = Math.Min(rest.Length - 1, 10);
        for (int i = 1; i < end; i++)
        {
            uint digit = (uint)(rest[i] - '0');
            if (digit > 9)
            {
                if (rest[i] != (byte)'\r' || rest[i + 1] != (byte)'\n')
                    return -1;

                position += i + 2;
                return value;
            }

            value = (value * 10) + (int)digit;
        }

        return -1;
    }

    // Takes the arguments of an incomplete command back out of the batch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ParseResult Suspend(InputBuffer input, ArgList args, int mark, int left, int position)
    {
        for (int i = mark; i < args.Count; i++)
            _partial.Add(args.Items[i].Offset - input.Start, args.Items[i].Length);

        args.Count = mark;
        _argsLeft = left;
        _position = _searched = position;
        return Resume(input, args);
    }

    private ParseResult Resume(InputBuffer input, ArgList args)
    {
        if (Error is not null)
            return ParseResult.ProtocolError;

        ReadOnlySpan<byte> bytes = input.Data.AsSpan(input.Start, input.End - input.Start);
        if (bytes.IsEmpty)
            return ParseResult.NeedMore;

        _suspended = true;
        if (_argsLeft > 0)
            return ReadArguments(input, args, bytes);
        return bytes[0] == (byte)'*' ? ReadCount(input, args, bytes) : ReadInline(input, args, bytes);
    }

    private ParseResult ReadInline(InputBuffer input, ArgList args, ReadOnlySpan<byte> bytes)
    {
        int end = FindLineEnd(bytes, (byte)'\n');
        if (end < 0)
            return end == LineTooLong ? Fail("Protocol error: too big inline request") : ParseResult.NeedMore;

        int start = input.Start;
        int length = end > 0 && bytes[end - 1] == (byte)'\r' ? end - 1 : end;
        int mark = args.Count;
        if (!InlineRequest.TrySplit(input.Data, start, start + length, args))
            return Fail("Protocol error: unbalanced quotes in request");

        return Finish(input, end + 1, args.Count == mark ? ParseResult.Empty : ParseResult.Command);
    }

    private ParseResult ReadCount(InputBuffer input, ArgList args, ReadOnlySpan<byte> bytes)
    {
        int end = FindLineEnd(bytes, (byte)'\r');
        if (end < 0)
            return end == LineTooLong ? Fail("Protocol error: too big mbulk count string") : ParseResult.NeedMore;
        if (!TryReadNumber(bytes[1..end], out long count) || count > int.MaxValue)
            return Fail("Protocol error: invalid multibulk length");
        if (count > _argsMax)
            return Fail("Protocol error: unauthenticated multibulk length");
        if (count <= 0)
            return Finish(input, end + 2, ParseResult.Empty);

        _argsLeft = (int)count;
        _position = _searched = end + 2;
        return ReadArguments(input, args, bytes);
    }

    private ParseResult ReadArguments(InputBuffer input, ArgList args, ReadOnlySpan<byte> bytes)
    {
        while (_argsLeft > 0)
        {
            if (_bulkLength < 0)
            {
                ParseResult result = ReadBulkLength(bytes);
                if (result != ParseResult.Command)
                    return result;
            }

            if (_bulkLength > bytes.Length - _position - 2)
                return ParseResult.NeedMore;

            _partial.Add(_position, _bulkLength);
            _position += _bulkLength + 2;
            _searched = _position;
            _bulkLength = -1;
            _argsLeft--;
        }

        int start = input.Start;
        for (int i = 0; i < _partial.Count; i++)
            args.Add(start + _partial.Items[i].Offset, _partial.Items[i].Length);
        return Finish(input, _position, ParseResult.Command);
    }

    private ParseResult ReadBulkLength(ReadOnlySpan<byte> bytes)
    {
        int end = FindLineEnd(bytes, (byte)'\r');
        if (end < 0)
            return end == LineTooLong ? Fail("Protocol error: too big bulk count string") : ParseResult.NeedMore;
        if (bytes[_position] != (byte)'$')
            return Fail($"Protocol error: expected '$', got '{(char)bytes[_position]}'");
        if (!TryReadNumber(bytes[(_position + 1)..end], out long length) || length < 0 || length > _bulkBytesMax)
            return Fail("Protocol error: invalid bulk length");
        if (length > _effectiveBulkBytesMax)
            return Fail("Protocol error: unauthenticated bulk length");

        _bulkLength = (int)length;
        _position = end + 2;
        return ParseResult.Command;
    }

    /// <summary>Where the line that begins at _position ends; no byte is searched twice. After '\r' its '\n' has to be there too.</summary>
    private int FindLineEnd(ReadOnlySpan<byte> bytes, byte terminator)
    {
        int found = bytes[_searched..].IndexOf(terminator);
        int end = found < 0 ? bytes.Length : _searched + found;
        _searched = end;
        if (end - _position > LineBytesMax)
            return LineTooLong;
        if (found < 0 || (terminator == (byte)'\r' && end + 1 == bytes.Length))
            return LineIncomplete;
        return end;
    }

    // Redis's string2ll: no sign but '-', no leading zeros, nothing behind.
    private static bool TryReadNumber(ReadOnlySpan<byte> text, out long value)
    {
        if (text.Length == 1 && text[0] == (byte)'0')
        {
            value = 0;
            return true;
        }

        ReadOnlySpan<byte> digits = text.Length > 0 && text[0] == (byte)'-' ? text[1..] : text;
        value = 0;
        return digits.Length > 0 && digits[0] is >= (byte)'1' and <= (byte)'9'
            && Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;
    }

    private ParseResult Finish(InputBuffer input, int length, ParseResult result)
    {
        input.Start += length;
        ClearPartial();
        return result;
    }

    private ParseResult Fail(string text)
    {
        ClearPartial();
        _suspended = true;
        Error = text;
        return ParseResult.ProtocolError;
    }

    private void ClearPartial()
    {
        _partial.Clear();
        _suspended = false;
        _argsLeft = _position = _searched = 0;
        _bulkLength = -1;
    }
}
