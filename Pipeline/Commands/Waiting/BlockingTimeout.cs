namespace DragonflyFlow.Pipeline.Commands.Waiting;

/// <summary>Timeouts as Redis reads them (getTimeoutFromObjectOrReply).</summary>
internal static class BlockingTimeout
{
    /// <summary>Seconds with decimals, to milliseconds rounded up; 0 = for ever. False with Redis's error written.</summary>
    public static bool TrySeconds(ref CommandCall call, int index, out long milliseconds)
    {
        milliseconds = 0;
        if (!call.TryFloat(index, out double seconds, "ERR timeout is not a float or out of range"))
            return false;
        double ms = Math.Ceiling(seconds * 1000);
        if (ms < 0)
            call.Reply.Error("ERR timeout is negative");
        else if (ms > long.MaxValue - (double)call.Engine.NowMs())
            call.Reply.Error("ERR timeout is out of range");
        else
        {
            milliseconds = (long)ms;
            return true;
        }

        return false;
    }

    /// <summary>Milliseconds; 0 = for ever. False with Redis's error written.</summary>
    public static bool TryMilliseconds(ref CommandCall call, int index, out long milliseconds)
    {
        if (!call.TryInteger(index, out milliseconds, "ERR timeout is not an integer or out of range"))
            return false;
        if (milliseconds >= 0)
            return true;
        call.Reply.Error("ERR timeout is negative");
        return false;
    }
}
