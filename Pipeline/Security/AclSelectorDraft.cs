using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>A selector while rules are applied to it.</summary>
internal sealed class AclSelectorDraft
{
    private readonly AclCommandDraft _commands;
    private readonly List<AclKeyPattern> _keys;
    private readonly List<byte[]> _channels;
    private bool _allKeys;
    private bool _allChannels;

    /// <summary>Goes on from what was; null: nothing is allowed, but all channels if <paramref name="allChannels"/> says so (acl-pubsub-default).</summary>
    public AclSelectorDraft(CommandTable commands, AclSelector? from, bool allChannels)
    {
        _commands = new AclCommandDraft(commands, from?.Commands);
        _keys = [.. from?.Keys ?? []];
        _channels = [.. from?.Channels ?? []];
        _allKeys = from is { AllowsAllKeys: true };
        _allChannels = from?.AllowsAllChannels ?? allChannels;
    }

    /// <summary>What the rules have made.</summary>
    public AclSelector Build() => new()
    {
        Commands = _commands.Build(),
        AllowsAllKeys = _allKeys,
        Keys = [.. _keys],
        AllowsAllChannels = _allChannels,
        Channels = [.. _channels],
    };

    /// <summary>Back to nothing, all channels as <paramref name="allChannels"/> says.</summary>
    public void Reset(bool allChannels)
    {
        _commands.SetAll(allowed: false);
        SetAllKeys(false);
        SetAllChannels(allChannels);
    }

    /// <summary>Applies one word; what is wrong with it, or null.</summary>
    public string? Apply(string rule)
    {
        switch (rule.ToLowerInvariant())
        {
            case "allkeys" or "~*":
                SetAllKeys(true);
                return null;
            case "resetkeys":
                SetAllKeys(false);
                return null;
            case "allchannels" or "&*":
                SetAllChannels(true);
                return null;
            case "resetchannels":
                SetAllChannels(false);
                return null;
            case "allcommands":
                _commands.SetAll(true);
                return null;
            case "nocommands":
                _commands.SetAll(false);
                return null;
        }

        return rule[0] switch
        {
            '~' => AddKeys(AclKeyUse.ReadWrite, rule[1..]),
            '%' => AddKeys(rule),
            '&' => AddChannels(rule[1..]),
            '+' or '-' => _commands.Apply(rule),
            _ => AclProblem.Syntax,
        };
    }

    private string? AddKeys(string rule)
    {
        int tilde = rule.IndexOf('~');
        ReadOnlySpan<char> letters = rule.AsSpan(1, (tilde < 0 ? rule.Length : tilde) - 1);
        AclKeyUse use = AclKeyUse.None;
        foreach (char letter in letters)
        {
            AclKeyUse given = char.ToUpperInvariant(letter) switch { 'R' => AclKeyUse.Read, 'W' => AclKeyUse.Write, _ => AclKeyUse.None };
            if (given == AclKeyUse.None || use.HasFlag(given))
                return AclProblem.Syntax;
            use |= given;
        }

        return use == AclKeyUse.None || tilde < 0 ? AclProblem.Syntax : AddKeys(use, rule[(tilde + 1)..]);
    }

    private string? AddKeys(AclKeyUse use, string pattern)
    {
        if (_allKeys)
            return AclProblem.KeysAreAll;
        if (AclText.HasSpaces(pattern))
            return AclProblem.Syntax;
        int known = _keys.FindIndex(other => other.Pattern == pattern);
        if (known >= 0)
            _keys[known] = new AclKeyPattern(_keys[known].Use | use, pattern);
        else
            _keys.Add(new AclKeyPattern(use, pattern));
        return null;
    }

    private string? AddChannels(string pattern)
    {
        if (_allChannels)
            return AclProblem.ChannelsAreAll;
        if (AclText.HasSpaces(pattern))
            return AclProblem.Syntax;
        byte[] bytes = AclText.Bytes(pattern);
        if (!_channels.Exists(other => other.AsSpan().SequenceEqual(bytes)))
            _channels.Add(bytes);
        return null;
    }

    private void SetAllKeys(bool allowed)
    {
        _allKeys = allowed;
        _keys.Clear();
    }

    private void SetAllChannels(bool allowed)
    {
        _allChannels = allowed;
        _channels.Clear();
    }
}
