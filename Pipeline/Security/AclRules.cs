using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>Whether values that RESTORE brings are looked at; told, and nothing more: this store looks at all of them.</summary>
internal enum PayloadCheck : byte
{
    /// <summary>Nobody has said anything.</summary>
    Unsaid,

    /// <summary>sanitize-payload.</summary>
    Full,

    /// <summary>skip-sanitize-payload.</summary>
    Skipped,
}

/// <summary>All that a user is and may do. Never changes; ACL SETUSER puts another one in its place (<see cref="AclRulesDraft"/>).</summary>
internal sealed class AclRules
{
    /// <summary>Whether one may come in as this user.</summary>
    public required bool IsOn { get; init; }

    /// <summary>Whether any password will do.</summary>
    public required bool NeedsNoPassword { get; init; }

    /// <summary>As told.</summary>
    public required PayloadCheck Payload { get; init; }

    /// <summary>Hashes of the passwords, each of which will do.</summary>
    public required IReadOnlyList<string> Passwords { get; init; }

    /// <summary>What the user may do.</summary>
    public required AclSelector Root { get; init; }

    /// <summary>What the user may do besides.</summary>
    public required IReadOnlyList<AclSelector> Selectors { get; init; }

    /// <summary>The words of the flags, in Redis's order.</summary>
    public IEnumerable<string> Flags
    {
        get
        {
            yield return IsOn ? "on" : "off";
            if (NeedsNoPassword)
                yield return "nopass";
            if (Payload != PayloadCheck.Unsaid)
                yield return Payload == PayloadCheck.Full ? "sanitize-payload" : "skip-sanitize-payload";
        }
    }

    /// <summary>Whether some selector allows a channel.</summary>
    public bool AllowsChannel(ReadOnlySpan<byte> channel, bool isPattern)
    {
        if (Root.AllowsChannel(channel, isPattern))
            return true;
        foreach (AclSelector selector in Selectors)
        {
            if (selector.AllowsChannel(channel, isPattern))
                return true;
        }

        return false;
    }

    /// <summary>Whether one selector allows all of a call; if none does, the denial that came furthest.</summary>
    public AclDenial Check(CommandDescriptor command, ArgView args, List<int> scratch)
    {
        AclDenial denial = Root.Check(command, args, scratch);
        for (int i = 0; denial.IsDenied && i < Selectors.Count; i++)
        {
            AclDenial other = Selectors[i].Check(command, args, scratch);
            bool saysMore = other.Verdict > denial.Verdict || (other.Verdict == denial.Verdict && other.Argument > denial.Argument);
            if (!other.IsDenied || saysMore)
                denial = other;
        }

        return denial;
    }

    /// <summary>Whether a call is allowed by a selector that may read all keys.</summary>
    public bool ReadsAllKeys(CommandDescriptor command, ArgView args)
    {
        List<int> scratch = [];
        if (Root.ReadsAllKeys && !Root.Check(command, args, scratch).IsDenied)
            return true;
        foreach (AclSelector selector in Selectors)
        {
            if (selector.ReadsAllKeys && !selector.Check(command, args, scratch).IsDenied)
                return true;
        }

        return false;
    }

    /// <summary>As rules that make it again, behind the user's name.</summary>
    public override string ToString()
        => string.Join(' ', Flags.Concat(Passwords.Select(hash => "#" + hash)).Append(Root.ToString()).Concat(Selectors.Select(selector => $"({selector})")));
}
