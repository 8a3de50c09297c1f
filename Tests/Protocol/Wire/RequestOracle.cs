using System.Text;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>
/// What a server should make of some bytes, found the slow and obvious way: one byte after the other, with a copy of each argument. Written from the
/// protocol's description, without a look at the parser. The bytes are all there, so "incomplete" is simply the end of the array.
/// </summary>
internal sealed class RequestOracle
{
    private const int LineBytesMax = 65536;

    private readonly byte[] _bytes;
    private int _at;

    private RequestOracle(byte[] bytes) => _bytes = bytes;

    internal static Outcome Run(byte[] bytes) => new RequestOracle(bytes).Run();

    private Outcome Run()
    {
        List<string> commands = [];
        int empty = 0;
        int commandStart = 0;
        try
        {
            while (_at < _bytes.Length)
            {
                commandStart = _at;
                List<string> arguments = _bytes[_at] == '*' ? ReadArray() : SplitInline(ReadLine('\n', "too big inline request"));
                if (arguments.Count == 0)
                    empty++;
                else
                    commands.Add(string.Join('|', arguments));
            }

            return new Outcome(commands, empty, null, 0);
        }
        catch (EndOfStreamException)
        {
            return new Outcome(commands, empty, null, _bytes.Length - commandStart);
        }
        catch (FormatException e)
        {
            return new Outcome(commands, empty, "Protocol error: " + e.Message, -1);
        }
    }

    private List<string> ReadArray()
    {
        string line = ReadLine('\r', "too big mbulk count string");
        Skip(1);
        if (Number(line[1..]) is not { } count || count > int.MaxValue)
            throw new FormatException("invalid multibulk length");

        List<string> arguments = [];
        for (long i = 0; i < count; i++)
        {
            string header = ReadLine('\r', "too big bulk count string");
            Skip(1);
            if (header.Length == 0 || header[0] != '$')
                throw new FormatException($"expected '$', got '{(header.Length == 0 ? '\r' : header[0])}'");
            if (Number(header[1..]) is not { } length || length < 0 || length > 512 * 1024 * 1024)
                throw new FormatException("invalid bulk length");

            StringBuilder argument = new();
            for (long j = 0; j < length; j++)
                argument.Append(Next());
            Skip(2);
            arguments.Add(argument.ToString());
        }

        return arguments;
    }

    private string ReadLine(char terminator, string tooBig)
    {
        StringBuilder line = new();
        while (true)
        {
            if (_at < _bytes.Length && _bytes[_at] == terminator)
            {
                _at++;
                return line.ToString();
            }

            // The limit shows as soon as one byte more than allowed has arrived.
            line.Append(Next());
            if (line.Length > LineBytesMax)
                throw new FormatException(tooBig);
        }
    }

    private char Next() => _at < _bytes.Length ? (char)_bytes[_at++] : throw new EndOfStreamException();

    private void Skip(int count)
    {
        for (int i = 0; i < count; i++)
            Next();
    }

    private static long? Number(string text)
    {
        string digits = text.StartsWith('-') ? text[1..] : text;
        if (text == "0")
            return 0;
        if (digits.Length == 0 || digits[0] == '0' || !digits.All(char.IsAsciiDigit) || !decimal.TryParse(digits, out decimal value))
            return null;
        if (text.StartsWith('-'))
            value = -value;
        return value is >= long.MinValue and <= long.MaxValue ? (long)value : null;
    }

    private static List<string> SplitInline(string line)
    {
        string text = line.EndsWith('\r') ? line[..^1] : line;
        List<string> arguments = [];
        int i = 0;
        while (true)
        {
            while (i < text.Length && " \t\n\v\f\r".Contains(text[i]))
                i++;
            if (i == text.Length)
                return arguments;

            StringBuilder argument = new();
            while (i < text.Length && !" \t\n\r".Contains(text[i]))
            {
                if (text[i] is not ('"' or '\''))
                {
                    argument.Append(text[i++]);
                    continue;
                }

                i = Unquote(text, i, argument);
                if (i < text.Length && !" \t\n\v\f\r".Contains(text[i]))
                    throw new FormatException("unbalanced quotes in request");
                break;
            }

            arguments.Add(argument.ToString());
        }
    }

    private static int Unquote(string text, int i, StringBuilder argument)
    {
        char quote = text[i++];
        while (i < text.Length)
        {
            char next = text[i++];
            if (next == quote)
                return i;
            if (next != '\\' || i == text.Length || (quote == '\'' && text[i] != '\''))
            {
                argument.Append(next);
                continue;
            }

            char escape = text[i++];
            if (quote == '"' && escape == 'x' && i + 2 <= text.Length && char.IsAsciiHexDigit(text[i]) && char.IsAsciiHexDigit(text[i + 1]))
            {
                argument.Append((char)Convert.ToByte(text.Substring(i, 2), 16));
                i += 2;
                continue;
            }

            int known = quote == '"' ? "nrtba".IndexOf(escape, StringComparison.Ordinal) : -1;
            argument.Append(known < 0 ? escape : "\n\r\t\b\a"[known]);
        }

        throw new FormatException("unbalanced quotes in request");
    }

    /// <summary>Commands with their arguments joined by '|', empty commands skipped, the error, and the bytes left over (-1 after an error).</summary>
    internal sealed record Outcome(List<string> Commands, int EmptyCount, string? Error, int Unread)
    {
        internal string Describe() => $"{string.Join('\n', Commands)}\n[{EmptyCount} empty] [{Error ?? $"{Unread} unread"}]";
    }
}
