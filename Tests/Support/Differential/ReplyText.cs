using System.Globalization;
using System.Text;

namespace DragonflyFlow.Tests.Support.Differential;

/// <summary>Splits a stream of replies, RESP2 or RESP3, into one text per reply; text is Latin-1, so that it can carry any byte.</summary>
internal static class ReplyText
{
    internal static List<string> Split(byte[] stream)
    {
        string text = Encoding.Latin1.GetString(stream);
        List<string> replies = [];
        int at = 0;
        while (at < text.Length)
        {
            int start = at;
            at = End(text, at);
            replies.Add(text[start..at]);
        }

        return replies;
    }

    private static int End(string text, int at)
    {
        int line = text.IndexOf("\r\n", at, StringComparison.Ordinal);
        if (line < 0)
            throw new InvalidDataException($"A reply is cut off: {text[at..]}");
        int after = line + 2;
        switch (text[at])
        {
            case '$' or '=' or '!':
                int length = Number(text, at, line);
                return length < 0 ? after : after + length + 2;
            case '*' or '~' or '>':
                return Skip(text, after, Number(text, at, line));
            case '%':
                return Skip(text, after, 2 * Number(text, at, line));
            default:
                return after;
        }
    }

    private static int Skip(string text, int at, int replies)
    {
        for (; replies > 0; replies--)
            at = End(text, at);
        return at;
    }

    private static int Number(string text, int at, int line)
        => int.Parse(text.AsSpan(at + 1, line - at - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
