using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Ids of entries as clients write them: "ms-seq", "ms", and in ranges "-", "+" and "(" before one that is not part of the range.</summary>
internal static class StreamIds
{
    private const int TextBytesMax = 127;

    /// <summary>Parses an id; a number within the millisecond that is not written is <paramref name="missingSeq"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong missingSeq, out StreamId id)
    {
        id = default;
        if (text.Length > TextBytesMax)
            return false;
        int dash = text.IndexOf((byte)'-');
        ulong seq = missingSeq;
        bool isId = TryNumber(dash < 0 ? text : text[..dash], out ulong ms) && (dash < 0 || TryNumber(text[(dash + 1)..], out seq));
        id = new StreamId(ms, seq);
        return isId;
    }

    /// <summary>Parses an id that may be "-" or "+".</summary>
    public static bool TryParseBorder(ReadOnlySpan<byte> text, ulong missingSeq, out StreamId id)
    {
        if (text.Length != 1 || text[0] is not ((byte)'-' or (byte)'+'))
            return TryParse(text, missingSeq, out id);
        id = text[0] == '-' ? StreamId.Min : StreamId.Max;
        return true;
    }

    /// <summary>Reads an argument that is an id; false with Redis's error written.</summary>
    public static bool TryRead(scoped ref CommandCall call, int index, out StreamId id)
    {
        if (TryParse(call.Args[index], 0, out id))
            return true;
        call.Reply.Error(StreamErrors.InvalidId);
        return false;
    }

    /// <summary>Reads the beginning of a range; false with Redis's error written.</summary>
    public static bool TryReadStart(scoped ref CommandCall call, int index, out StreamId id)
    {
        if (!TryReadBorder(ref call, index, 0, out id, out bool isOpen))
            return false;
        if (!isOpen || id.TryNext(out id))
            return true;
        call.Reply.Error(StreamErrors.InvalidStart);
        return false;
    }

    /// <summary>Reads the end of a range; false with Redis's error written.</summary>
    public static bool TryReadEnd(scoped ref CommandCall call, int index, out StreamId id)
    {
        if (!TryReadBorder(ref call, index, ulong.MaxValue, out id, out bool isOpen))
            return false;
        if (!isOpen || id.TryPrevious(out id))
            return true;
        call.Reply.Error(StreamErrors.InvalidEnd);
        return false;
    }

    private static bool TryReadBorder(scoped ref CommandCall call, int index, ulong missingSeq, out StreamId id, out bool isOpen)
    {
        ReadOnlySpan<byte> text = call.Args[index];
        isOpen = text.Length > 1 && text[0] == '(';
        if (isOpen ? TryParse(text[1..], missingSeq, out id) : TryParseBorder(text, missingSeq, out id))
            return true;
        call.Reply.Error(StreamErrors.InvalidId);
        return false;
    }

    // As strtoull reads them: white space and a plus sign before, and leading zeros.
    private static bool TryNumber(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        text = text.TrimStart(" \t\n\v\f\r"u8);
        if (text.Length > 1 && text[0] == '+')
            text = text[1..];
        if (text.IsEmpty)
            return false;
        foreach (byte digit in text)
        {
            uint step = (uint)digit - '0';
            if (step > 9 || value > (ulong.MaxValue - step) / 10)
                return false;
            value = (value * 10) + step;
        }

        return true;
    }
}
