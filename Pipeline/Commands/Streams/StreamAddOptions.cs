using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>What XADD and XTRIM have in common: what is trimmed, and for XADD the id.</summary>
internal struct StreamAddOptions
{
    private const int LimitNodes = 100;
    private const int LimitWithoutEntries = 10_000;
    private const int LimitMax = 1_000_000;
    private const string BothStrategies = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";

    /// <summary>Whether something is trimmed.</summary>
    public bool Trims;

    /// <summary>What is trimmed.</summary>
    public StreamTrim Trim;

    /// <summary>Whether XADD does not make a stream.</summary>
    public bool NoMakeStream;

    /// <summary>Whether an id is given, if only in part.</summary>
    public bool HasId;

    /// <summary>Whether the number within the millisecond is given.</summary>
    public bool HasSeq;

    /// <summary>The id.</summary>
    public StreamId Id;

    private bool _hasLimit;
    private bool _isOver;

    /// <summary>Reads the arguments from the third on, for XADD up to the id; false with Redis's error written.</summary>
    public static bool TryRead(scoped ref CommandCall call, bool isAdd, out StreamAddOptions options, out int idAt)
    {
        options = new StreamAddOptions { HasSeq = true };
        for (idAt = 2; idAt < call.Count && !options._isOver; idAt++)
        {
            if (!options.TryReadOne(ref call, isAdd, ref idAt))
                return false;
        }

        if (options._isOver)
            idAt--;
        return options.TryFinish(ref call, isAdd);
    }

    private bool TryReadOne(scoped ref CommandCall call, bool isAdd, ref int at)
    {
        bool hasMore = at + 1 < call.Count;
        if (isAdd && call.Args[at].SequenceEqual("*"u8))
        {
            _isOver = true;
            return true;
        }

        if (hasMore && (call.Args.Is(at, "MAXLEN") || call.Args.Is(at, "MINID")))
            return TryReadStrategy(ref call, ref at);
        if (hasMore && call.Args.Is(at, "LIMIT"))
            return TryReadLimit(ref call, ++at);
        if (isAdd && call.Args.Is(at, "NOMKSTREAM"))
        {
            NoMakeStream = true;
            return true;
        }

        if (isAdd)
            return TryReadId(ref call, at);
        call.Reply.Error(Errors.Syntax);
        return false;
    }

    private bool TryReadStrategy(scoped ref CommandCall call, ref int at)
    {
        if (Trims)
        {
            call.Reply.Error(BothStrategies);
            return false;
        }

        bool byId = call.Args.Is(at, "MINID");
        bool isApproximate = at + 2 < call.Count && call.Args[at + 1].SequenceEqual("~"u8);
        if (isApproximate || (at + 2 < call.Count && call.Args[at + 1].SequenceEqual("="u8)))
            at++;
        at++;
        long length = 0;
        StreamId minId = default;
        if (byId ? !StreamIds.TryRead(ref call, at, out minId) : !call.TryInteger(at, out length))
            return false;
        if (length < 0)
        {
            call.Reply.Error("ERR The MAXLEN argument must be >= 0.");
            return false;
        }

        Trims = true;
        Trim = Trim with { ById = byId, LengthMax = length, MinId = minId, IsApproximate = isApproximate };
        return true;
    }

    private bool TryReadLimit(scoped ref CommandCall call, int at)
    {
        if (!call.TryInteger(at, out long limit))
            return false;
        if (limit < 0)
        {
            call.Reply.Error("ERR The LIMIT argument must be >= 0.");
            return false;
        }

        _hasLimit = true;
        Trim = Trim with { Limit = limit };
        return true;
    }

    private bool TryReadId(scoped ref CommandCall call, int at)
    {
        ReadOnlySpan<byte> text = call.Args[at];
        if (text.EndsWith("-*"u8))
        {
            HasSeq = false;
            text = text[..^2];
            if (text.Contains((byte)'-'))
                text = default;
        }

        if (!StreamIds.TryParse(text, 0, out Id))
        {
            call.Reply.Error(StreamErrors.InvalidId);
            return false;
        }

        HasId = true;
        _isOver = true;
        return true;
    }

    private bool TryFinish(scoped ref CommandCall call, bool isAdd)
    {
        string? error = null;
        if (Trim.Limit != 0 && !Trims)
            error = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
        else if (!isAdd && !Trims)
            error = "ERR syntax error, XTRIM must be called with a trimming strategy";
        else if (_hasLimit && !Trim.IsApproximate)
            error = "ERR syntax error, LIMIT cannot be used without the special ~ option";
        if (error is not null)
        {
            call.Reply.Error(error);
            return false;
        }

        // So many nodes at most, unless it is said otherwise, that no trim takes long.
        if (Trim.IsApproximate && !_hasLimit)
        {
            long limit = (long)LimitNodes * StreamLimits.NodeEntriesMax;
            Trim = Trim with { Limit = limit == 0 ? LimitWithoutEntries : Math.Min(limit, LimitMax) };
        }

        return true;
    }
}
