namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>The options of SORT and SORT_RO, as argument indexes where they name patterns and keys.</summary>
internal sealed class SortOptions
{
    /// <summary>Index of the BY pattern; 0 = sort by the elements themselves.</summary>
    public int By { get; set; }

    /// <summary>Indexes of the GET patterns.</summary>
    public List<int> Get { get; } = [];

    /// <summary>Index of the destination key; 0 = reply.</summary>
    public int Store { get; private set; }

    /// <summary>Elements to leave out.</summary>
    public long Offset { get; private set; }

    /// <summary>Elements to give; negative = all.</summary>
    public long Count { get; private set; } = -1;

    /// <summary>Largest first.</summary>
    public bool Descending { get; private set; }

    /// <summary>By bytes instead of by numbers.</summary>
    public bool Alpha { get; set; }

    /// <summary>Whether BY has a pattern without a star: elements stay in the order they have.</summary>
    public bool KeepsOrder { get; set; }

    /// <summary>Reads the options; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, bool mayStore, out SortOptions options)
    {
        options = new SortOptions();
        for (int i = 2; i < call.Count; i++)
        {
            int left = call.Count - i - 1;
            if (call.Args.Is(i, "ASC"))
                options.Descending = false;
            else if (call.Args.Is(i, "DESC"))
                options.Descending = true;
            else if (call.Args.Is(i, "ALPHA"))
                options.Alpha = true;
            else if (call.Args.Is(i, "LIMIT") && left >= 2)
            {
                if (!call.TryInteger(i + 1, out long offset) || !call.TryInteger(i + 2, out long count))
                    return false;
                options.Offset = Math.Max(0, offset);
                options.Count = count;
                i += 2;
            }
            else if (mayStore && call.Args.Is(i, "STORE") && left >= 1)
                options.Store = ++i;
            else if (call.Args.Is(i, "BY") && left >= 1)
            {
                options.By = ++i;
                options.KeepsOrder = !call.Args[i].Contains((byte)'*');
                if (!options.KeepsOrder && IsDenied(ref call, "BY"))
                    return false;
            }
            else if (call.Args.Is(i, "GET") && left >= 1)
            {
                options.Get.Add(++i);
                if (IsDenied(ref call, "GET"))
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

    // The keys that a pattern names may be in any slot, and any keys at all: its user must be allowed to read all of them.
    private static bool IsDenied(ref CommandCall call, string option)
    {
        string? where = call.Engine.Cluster is { IsReal: true } ? "in Cluster mode"
            : !call.Client.User.IsUnrestricted && !call.Client.User.Rules.ReadsAllKeys(call.Descriptor, call.Args) ? "due to insufficient ACL permissions"
            : null;
        if (where is null)
            return false;
        call.Reply.Error($"ERR {option} option of SORT denied {where}.");
        return true;
    }

    /// <summary>The destination key and the key sorted, for COMMAND GETKEYS.</summary>
    public static void FindKeys(ArgView args, List<int> into)
    {
        into.Add(1);
        int store = 0;
        for (int i = 2; i < args.Count - 1; i++)
        {
            if (args.Is(i, "LIMIT"))
                i += 2;
            else if (args.Is(i, "BY") || args.Is(i, "GET"))
                i++;
            else if (args.Is(i, "STORE"))
                store = ++i;
        }

        if (store != 0)
            into.Add(store);
    }
}
