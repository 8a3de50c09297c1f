namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>REPLACE, ABSTTL, IDLETIME and FREQ of RESTORE. The last two are checked and have no effect: neither is tracked here.</summary>
internal readonly record struct RestoreOptions(bool Replace, bool IsMoment)
{
    private const int FirstOption = 4;
    private const int FrequencyMax = 255;

    /// <summary>Reads what stands behind the payload; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, out RestoreOptions options)
    {
        options = default;
        bool hasIdleTime = false;
        bool hasFrequency = false;
        for (int i = FirstOption; i < call.Count; i++)
        {
            bool hasValue = i + 1 < call.Count;
            if (call.Args.Is(i, "REPLACE"))
            {
                options = options with { Replace = true };
            }
            else if (call.Args.Is(i, "ABSTTL"))
            {
                options = options with { IsMoment = true };
            }
            else if (call.Args.Is(i, "IDLETIME") && hasValue && !hasFrequency)
            {
                hasIdleTime = true;
                if (!TryNumber(ref call, ++i, long.MaxValue, "ERR Invalid IDLETIME value, must be >= 0"))
                    return false;
            }
            else if (call.Args.Is(i, "FREQ") && hasValue && !hasIdleTime)
            {
                hasFrequency = true;
                if (!TryNumber(ref call, ++i, FrequencyMax, "ERR Invalid FREQ value, must be >= 0 and <= 255"))
                    return false;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber(ref CommandCall call, int index, long max, string error)
    {
        if (!call.TryInteger(index, out long value))
            return false;
        if (value >= 0 && value <= max)
            return true;
        call.Reply.Error(error);
        return false;
    }
}
