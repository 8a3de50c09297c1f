using System.Text;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>What a script says of itself: a first line "#!lua flags=no-writes,allow-oom", or Dragonfly's "--!df flags=disallow-undeclared-keys".</summary>
internal sealed record ScriptFlags
{
    private const string Df = "--!df flags=";

    /// <summary>no-writes: commands that may change data are refused.</summary>
    public bool NoWrites { get; private init; }

    /// <summary>disallow-undeclared-keys: it uses no key but those it is called with, so it runs on their shards alone.</summary>
    public bool DeclaresAllKeys { get; private init; }

    /// <summary>allow-cross-slot-keys: in a cluster it may use keys of several hash slots of the node. A script without a shebang always may, as in Redis.</summary>
    public bool MayCrossSlots { get; private init; }

    /// <summary>Whether it has a shebang: then it is held to what it says before it begins.</summary>
    public bool IsDeclared { get; private init; }

    /// <summary>allow-oom: its commands may grow the store when memory is used up.</summary>
    public bool AllowsOom { get; private init; }

    /// <summary>no-cluster: it is not run in a cluster.</summary>
    public bool NotInCluster { get; private init; }

    /// <summary>Why the line is wrong; null if it is not.</summary>
    public string? Error { get; private init; }

    /// <summary>Reads the flags; the source comes back with a shebang line blanked, so that line numbers stay.</summary>
    public static (ScriptFlags Flags, byte[] Body) Read(ReadOnlySpan<byte> source)
    {
        bool isShebang = source.StartsWith("#!"u8);
        int end = source.IndexOf((byte)'\n');
        if (isShebang && end < 0)
            return (new ScriptFlags { Error = "ERR Invalid script shebang" }, source.ToArray());
        string line = Encoding.UTF8.GetString(end < 0 ? source : source[..end]).TrimEnd('\r');
        if (!isShebang)
            return ((line.StartsWith(Df, StringComparison.Ordinal) ? Parse(new ScriptFlags(), line[Df.Length..].Replace(" ", "", StringComparison.Ordinal)) : new ScriptFlags()) with { MayCrossSlots = true }, source.ToArray());
        return (ReadShebang(line), source[end..].ToArray());
    }

    private static ScriptFlags ReadShebang(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] != "#!lua")
            return new ScriptFlags { Error = $"ERR Unexpected engine in script shebang: {words[0]}" };
        ScriptFlags flags = new() { IsDeclared = true };
        foreach (string word in words[1..])
        {
            if (!word.StartsWith("flags=", StringComparison.Ordinal))
                return new ScriptFlags { Error = $"ERR Unknown lua shebang option: {word}" };
            flags = Parse(flags, word["flags=".Length..]);
            if (flags.Error is not null)
                return flags;
        }

        return flags;
    }

    private static ScriptFlags Parse(ScriptFlags flags, string list)
    {
        foreach (string flag in list.Length == 0 ? [] : list.Split(','))
        {
            switch (flag)
            {
                case "no-writes":
                    flags = flags with { NoWrites = true };
                    break;
                case "disallow-undeclared-keys":
                    flags = flags with { DeclaresAllKeys = true };
                    break;
                case "allow-cross-slot-keys":
                    flags = flags with { MayCrossSlots = true };
                    break;
                case "no-cluster":
                    flags = flags with { NotInCluster = true };
                    break;
                case "allow-oom":
                    flags = flags with { AllowsOom = true };
                    break;
                case "allow-stale" or "allow-undeclared-keys":
                    break;
                default:
                    return new ScriptFlags { Error = $"ERR Unexpected flag in script shebang: {flag}" };
            }
        }

        return flags;
    }
}
