using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>The arguments of XCLAIM and XAUTOCLAIM behind the consumer.</summary>
internal struct StreamClaimOptions
{
    /// <summary>The argument that is the first id of XCLAIM.</summary>
    public const int FirstId = 5;

    /// <summary>Entries that XAUTOCLAIM looks at for each one that it may claim.</summary>
    public const int AttemptsPerClaim = 10;

    private const long AutoCountDefault = 100;
    private const long AutoCountMax = long.MaxValue / 16;
    private const long NotGiven = -1;

    /// <summary>How long an entry has to have been with its consumer.</summary>
    public long MinIdleMs;

    /// <summary>Ids that XCLAIM names.</summary>
    public int Ids;

    /// <summary>When the entries count as given.</summary>
    public long AtMs;

    /// <summary>How often they count as given; negative = as often as before, and once more.</summary>
    public long Retries;

    /// <summary>Whether entries that nobody has are given too.</summary>
    public bool Force;

    /// <summary>Whether the reply is ids only; then it does not count as given once more.</summary>
    public bool JustId;

    /// <summary>What the group has read at least.</summary>
    public StreamId LastId;

    /// <summary>Reads those of XCLAIM; false with Redis's error written.</summary>
    public static bool TryRead(scoped ref CommandCall call, out StreamClaimOptions options)
    {
        options = new StreamClaimOptions { AtMs = NotGiven, Retries = NotGiven };
        if (!call.TryInteger(4, out options.MinIdleMs, "ERR Invalid min-idle-time argument for XCLAIM"))
            return false;
        int at = FirstId;
        while (at < call.Count && StreamIds.TryParse(call.Args[at], 0, out _))
            at++;
        options.Ids = at - FirstId;
        for (; at < call.Count; at++)
        {
            if (!options.TryReadOne(ref call, ref at))
                return false;
        }

        // A time that makes no sense is taken for now: clients reckon by clocks of their own.
        if (options.AtMs < 0 || options.AtMs > call.NowMs)
            options.AtMs = call.NowMs;
        return true;
    }

    /// <summary>Reads those of XAUTOCLAIM; false with Redis's error written.</summary>
    public static bool TryReadAuto(scoped ref CommandCall call, out StreamClaimOptions options, out StreamId start, out long count)
    {
        options = new StreamClaimOptions { AtMs = call.NowMs, Retries = NotGiven };
        start = default;
        count = AutoCountDefault;
        if (!call.TryInteger(4, out options.MinIdleMs, "ERR Invalid min-idle-time argument for XAUTOCLAIM") || !StreamIds.TryReadStart(ref call, 5, out start))
            return false;
        for (int i = 6; i < call.Count; i++)
        {
            string? error = null;
            if (call.Args.Is(i, "JUSTID"))
                options.JustId = true;
            else if (!call.Args.Is(i, "COUNT") || i + 1 == call.Count)
                error = Errors.Syntax;
            else if (!Numbers.TryInteger(call.Args[++i], out count) || count is < 1 or > AutoCountMax)
                error = "ERR COUNT must be > 0";
            if (error is not null)
            {
                call.Reply.Error(error);
                return false;
            }
        }

        return true;
    }

    private bool TryReadOne(scoped ref CommandCall call, ref int at)
    {
        bool hasMore = at + 1 < call.Count;
        if (call.Args.Is(at, "FORCE"))
        {
            Force = true;
            return true;
        }

        if (call.Args.Is(at, "JUSTID"))
        {
            JustId = true;
            return true;
        }

        if (hasMore && call.Args.Is(at, "IDLE"))
        {
            bool isNumber = call.TryInteger(++at, out long idleMs, "ERR Invalid IDLE option argument for XCLAIM");
            AtMs = unchecked(call.NowMs - idleMs);
            return isNumber;
        }

        if (hasMore && call.Args.Is(at, "TIME"))
            return call.TryInteger(++at, out AtMs, "ERR Invalid TIME option argument for XCLAIM");
        if (hasMore && call.Args.Is(at, "RETRYCOUNT"))
            return call.TryInteger(++at, out Retries, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
        if (hasMore && call.Args.Is(at, "LASTID"))
            return StreamIds.TryRead(ref call, ++at, out LastId);
        call.Reply.Error($"ERR Unrecognized XCLAIM option '{Words.Text(call.Args[at])}'");
        return false;
    }
}
