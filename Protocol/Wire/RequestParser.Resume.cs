using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace DragonflyFlow.Protocol.Wire;

// The resumable half of the parser: inline commands, incomplete commands, errors.
public sealed partial class RequestParser
{
    private const int LineIncomplete = -1;
    private const int LineTooLong = -2;

    // The command that is not whole yet. Offsets count from the command's first byte, input.Start, so they survive compaction and growth.
    private readonly ArgList _partial = new();
    private bool _suspended;
    private int _argsLeft;
    private int _position;
    private int _searched;
    private int _bulkLength = -1;

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
