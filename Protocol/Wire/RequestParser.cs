using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Incremental reader of client requests: RESP arrays of bulk strings, and inline commands. Resumes where the bytes ended.</summary>
/// <remarks>
/// Limits and error texts are those of Redis 7.2 (networking.c, processMultibulkBuffer and processInlineBuffer). As there, the line feed of a length line and
/// the CRLF after an argument are counted, not compared. Unlike there the 64 KiB limit of a line does not depend on how the bytes arrive.
/// </remarks>
public sealed partial class RequestParser
{
    /// <summary>Redis's proto-max-bulk-len: 512 MiB.</summary>
    public const long DefaultBulkBytesMax = 512L << 20;

    /// <summary>Bytes of an inline command or of a length line (PROTO_INLINE_MAX_SIZE).</summary>
    public const int LineBytesMax = 65536;

    private const int UnauthenticatedArgsMax = 10;
    private const int UnauthenticatedBulkBytesMax = 16384;

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
    /// Reads one command from <paramref name="input"/>, appending its arguments (ranges into input.Data) to <paramref name="args"/> and moving input.Start
    /// past it. On NeedMore the arguments read so far stay inside the parser, which resumes after the next receive. A protocol error is final.
    /// </summary>
    public ParseResult TryRead(InputBuffer input, ArgList args)
    {
        if (_suspended)
            return Resume(input, args);

        // The common case: a whole, well-formed array. Whatever is not (inline, incomplete, malformed, over a limit) is left to Resume, from where this
        // loop stopped.
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

    /// <summary>
    /// Reads "*n\r\n" or "$n\r\n" in its plain form: the number, with <paramref name="position"/> behind it, or -1 when it is not there in that form.
    /// </summary>
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
}
