namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Splits an inline command into arguments by Redis's rules (sdssplitargs): blanks separate; "..." knows \xHH, \n, \r, \t, \b, \a and \any;
/// '...' knows \' only; a closing quote is followed by a blank or by the end. The decoded arguments are never longer than their text, so they are
/// written over it.
/// </summary>
/// <remarks>A zero byte is an ordinary byte here; Redis waits for ever behind one.</remarks>
public static class InlineRequest
{
    /// <summary>
    /// Appends the arguments of <paramref name="data"/>[from..to) to <paramref name="args"/>; false when a quote is not closed as it should be.
    /// </summary>
    public static bool TrySplit(byte[] data, int from, int to, ArgList args)
    {
        Span<byte> line = data.AsSpan(from, to - from);
        int mark = args.Count;
        int read = 0;
        while (true)
        {
            while (read < line.Length && IsSpace(line[read]))
                read++;
            if (read == line.Length)
                return true;

            int start = read;
            int written = ReadArgument(line, ref read);
            if (written < 0)
            {
                args.Count = mark;
                return false;
            }

            args.Add(from + start, written - start);
        }
    }

    // Returns the end of the decoded argument, which begins where `read` stood, or -1.
    private static int ReadArgument(Span<byte> line, ref int read)
    {
        int write = read;
        while (read < line.Length)
        {
            byte next = line[read];
            switch (next)
            {
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    return write;
                case (byte)'"' or (byte)'\'':
                    read++;
                    bool closed = next == (byte)'"' ? ReadDoubleQuoted(line, ref read, ref write) : ReadSingleQuoted(line, ref read, ref write);
                    return closed && (read == line.Length || IsSpace(line[read])) ? write : -1;
                default:
                    line[write++] = next;
                    read++;
                    break;
            }
        }

        return write;
    }

    private static bool ReadDoubleQuoted(Span<byte> line, ref int read, ref int write)
    {
        while (read < line.Length)
        {
            byte next = line[read++];
            if (next == (byte)'"')
                return true;
            if (next == (byte)'\\' && read < line.Length)
                next = ReadEscape(line, ref read);
            line[write++] = next;
        }

        return false;
    }

    private static bool ReadSingleQuoted(Span<byte> line, ref int read, ref int write)
    {
        while (read < line.Length)
        {
            byte next = line[read++];
            if (next == (byte)'\'')
                return true;
            if (next == (byte)'\\' && read < line.Length && line[read] == (byte)'\'')
                next = line[read++];
            line[write++] = next;
        }

        return false;
    }

    private static byte ReadEscape(Span<byte> line, ref int read)
    {
        byte code = line[read++];
        if (code == (byte)'x' && line.Length - read >= 2 && char.IsAsciiHexDigit((char)line[read]) && char.IsAsciiHexDigit((char)line[read + 1]))
        {
            int value = (HexValue(line[read]) << 4) | HexValue(line[read + 1]);
            read += 2;
            return (byte)value;
        }

        return code switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => code,
        };
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
}
