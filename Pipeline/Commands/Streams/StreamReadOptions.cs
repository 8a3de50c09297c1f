using DragonflyFlow.Pipeline.Commands.Waiting;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>The options of XREAD and XREADGROUP, and where their keys and ids are.</summary>
internal struct StreamReadOptions
{
    /// <summary>What stands for not waiting at all.</summary>
    public const long NoWait = -1;

    /// <summary>Entries of each stream at most; 0 = all.</summary>
    public long Count;

    /// <summary>How long to wait; 0 = for ever.</summary>
    public long TimeoutMs;

    /// <summary>The argument that is the first key.</summary>
    public int FirstKey;

    /// <summary>Streams.</summary>
    public int Streams;

    /// <summary>The argument that is the group's name, before that of the consumer; 0 = none.</summary>
    public int Group;

    /// <summary>Whether what is read counts as acknowledged.</summary>
    public bool NoAck;

    private bool _isGroup;

    /// <summary>The argument that is the id of a stream.</summary>
    public readonly int IdOf(int key) => key + Streams;

    /// <summary>Reads them; false with Redis's error written.</summary>
    public static bool TryRead(scoped ref CommandCall call, bool isGroup, out StreamReadOptions options)
    {
        options = new StreamReadOptions { TimeoutMs = NoWait, _isGroup = isGroup };
        for (int i = 1; i < call.Count && options.FirstKey == 0; i++)
        {
            if (!options.TryReadOne(ref call, ref i))
                return false;
        }

        if (options.FirstKey == 0)
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        if (!isGroup || options.Group != 0)
            return true;
        call.Reply.Error("ERR Missing GROUP option for XREADGROUP");
        return false;
    }

    private bool TryReadOne(scoped ref CommandCall call, ref int at)
    {
        int more = call.Count - at - 1;
        if (more > 0 && call.Args.Is(at, "BLOCK"))
            return TryReadTimeout(ref call, ++at);
        if (more > 0 && call.Args.Is(at, "COUNT"))
        {
            bool isNumber = call.TryInteger(++at, out Count);
            Count = Math.Max(Count, 0);
            return isNumber;
        }

        if (more > 0 && call.Args.Is(at, "STREAMS"))
            return TryReadStreams(ref call, at + 1);
        bool isForGroups = (more > 1 && call.Args.Is(at, "GROUP")) || call.Args.Is(at, "NOACK");
        if (!isForGroups || !_isGroup)
        {
            call.Reply.Error(isForGroups
                ? $"ERR The {Words.Text(call.Args[at]).ToUpperInvariant()} option is only supported by XREADGROUP. You called XREAD instead."
                : Errors.Syntax);
            return false;
        }

        if (call.Args.Is(at, "NOACK"))
        {
            NoAck = true;
            return true;
        }

        Group = at + 1;
        at += 2;
        return true;
    }

    private bool TryReadTimeout(scoped ref CommandCall call, int at)
    {
        if (!call.IsScripted)
            return BlockingTimeout.TryMilliseconds(ref call, at, out TimeoutMs);
        call.Reply.Error($"ERR {Words.Text(call.Args[0])} command is not allowed with BLOCK option from scripts");
        return false;
    }

    private bool TryReadStreams(scoped ref CommandCall call, int first)
    {
        int count = call.Count - first;
        if (count % 2 != 0)
        {
            call.Reply.Error($"ERR Unbalanced '{call.Descriptor.Name}' list of streams: for each stream key an ID or '{(_isGroup ? '>' : '$')}' must be specified.");
            return false;
        }

        FirstKey = first;
        Streams = count / 2;
        return true;
    }
}
