namespace DragonflyFlow.Pipeline.Commands;

/// <summary>How an expiry is given.</summary>
internal enum ExpireUnit
{
    /// <summary>EX: seconds from now.</summary>
    Seconds,

    /// <summary>PX: milliseconds from now.</summary>
    Milliseconds,

    /// <summary>EXAT: Unix seconds.</summary>
    AtSeconds,

    /// <summary>PXAT: Unix milliseconds.</summary>
    AtMilliseconds,
}

/// <summary>EX, PX, EXAT and PXAT, as SET, GETEX and others take them.</summary>
internal static class ExpireOption
{
    /// <summary>Recognises the word.</summary>
    public static bool TryUnit(ReadOnlySpan<byte> word, out ExpireUnit unit)
    {
        unit = ExpireUnit.Seconds;
        if (Words.Equal(word, "EX"))
            return true;
        unit = ExpireUnit.Milliseconds;
        if (Words.Equal(word, "PX"))
            return true;
        unit = ExpireUnit.AtSeconds;
        if (Words.Equal(word, "EXAT"))
            return true;
        unit = ExpireUnit.AtMilliseconds;
        return Words.Equal(word, "PXAT");
    }

    /// <summary>Reads the number at <paramref name="index"/> as Unix milliseconds; false with Redis's error written. It must be positive.</summary>
    public static bool TryRead(ref CommandCall call, int index, ExpireUnit unit, string command, out long atMs)
    {
        if (!call.TryInteger(index, out atMs))
            return false;
        if (atMs <= 0 || !TryToUnixMs(atMs, unit, call.NowMs, out atMs))
        {
            call.Reply.Error(Errors.InvalidExpire(command));
            return false;
        }

        return true;
    }

    /// <summary>Converts to Unix milliseconds; false on overflow.</summary>
    public static bool TryToUnixMs(long value, ExpireUnit unit, long nowMs, out long atMs)
    {
        atMs = value;
        if (unit is ExpireUnit.Seconds or ExpireUnit.AtSeconds)
        {
            if (value is > long.MaxValue / 1000 or < long.MinValue / 1000)
                return false;
            atMs = value * 1000;
        }

        if (unit is ExpireUnit.Seconds or ExpireUnit.Milliseconds)
        {
            if (atMs > long.MaxValue - nowMs)
                return false;
            atMs += nowMs;
        }

        return true;
    }
}
