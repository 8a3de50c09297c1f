namespace DragonflyFlow.Pipeline.Commands;

/// <summary>The counts of commands that take several keys (LMPOP, ZMPOP, SINTERCARD ...).</summary>
internal static class KeyCounts
{
    /// <summary>Reads "numkeys", which must be positive; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, int index, out int keys)
    {
        keys = 0;
        if (!Numbers.TryInteger(call.Args[index], out long count) || count <= 0)
        {
            call.Reply.Error("ERR numkeys should be greater than 0");
            return false;
        }

        // More keys than arguments are an error whatever their number, and one that does not overflow when the caller adds to it.
        keys = (int)Math.Min(count, call.Count);
        return true;
    }

    /// <summary>Reads the rest of a pop from several keys: nothing, or COUNT and a positive number; false with Redis's error written.</summary>
    public static bool TryReadPopCount(ref CommandCall call, int index, out long count)
    {
        count = 1;
        if (index == call.Count)
            return true;
        if (!call.Args.Is(index, "COUNT") || index + 2 != call.Count)
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        if (Numbers.TryInteger(call.Args[index + 1], out count) && count > 0)
            return true;
        call.Reply.Error("ERR count should be greater than 0");
        return false;
    }
}
