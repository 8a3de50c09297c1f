namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>"FIELDS numfields field ..." at the end of the commands about expiry of fields.</summary>
internal static class HashFieldList
{
    /// <summary>What HTTL, HPERSIST, HGETEX and HGETDEL say about a number that is none.</summary>
    public const string NotPositive = "ERR Number of fields must be a positive integer";

    /// <summary>What HEXPIRE says about it.</summary>
    public const string NotAboveZero = "ERR Parameter `numFields` should be greater than 0";

    /// <summary>Reads the list at <paramref name="index"/>, which reaches to the end; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, int index, string countError, out int first)
    {
        first = index + 2;
        if (index >= call.Count || !call.Args.Is(index, "FIELDS"))
        {
            call.Reply.Error("ERR Mandatory argument FIELDS is missing or not at the right position");
            return false;
        }

        if (index + 1 >= call.Count || !Numbers.TryInteger(call.Args[index + 1], out long count) || count < 1)
        {
            call.Reply.Error(countError);
            return false;
        }

        if (count == call.Count - first)
            return true;
        call.Reply.Error("ERR The `numfields` parameter must match the number of arguments");
        return false;
    }
}
