using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>A user's rules while words of ACL SETUSER, or of a line of the ACL file, are applied to them.</summary>
internal sealed class AclRulesDraft
{
    private const int HashLength = 64;

    private readonly CommandTable _commands;
    private readonly bool _allChannels;
    private readonly AclSelectorDraft _root;
    private readonly List<AclSelector> _selectors;
    private readonly List<string> _passwords;
    private bool _on;
    private bool _noPassword;
    private PayloadCheck _payload;

    /// <summary>Goes on from what was; null: a new user, who is off and may nothing, but use all channels if <paramref name="allChannels"/> says so.</summary>
    public AclRulesDraft(CommandTable commands, AclRules? from, bool allChannels)
    {
        _commands = commands;
        _allChannels = allChannels;
        _root = new AclSelectorDraft(commands, from?.Root, allChannels);
        _selectors = [.. from?.Selectors ?? []];
        _passwords = [.. from?.Passwords ?? []];
        _on = from is { IsOn: true };
        _noPassword = from is { NeedsNoPassword: true };
        _payload = from?.Payload ?? PayloadCheck.Unsaid;
    }

    /// <summary>What the rules have made.</summary>
    public AclRules Build() => new()
    {
        IsOn = _on,
        NeedsNoPassword = _noPassword,
        Payload = _payload,
        Passwords = [.. _passwords],
        Root = _root.Build(),
        Selectors = [.. _selectors],
    };

    /// <summary>Applies one word, or a selector in parentheses; what is wrong with it, or null.</summary>
    public string? Apply(string rule)
    {
        switch (rule.ToLowerInvariant())
        {
            case "":
                return null;
            case "on":
                _on = true;
                return null;
            case "off":
                _on = false;
                return null;
            case "nopass":
                SetNoPassword(true);
                return null;
            case "resetpass":
                SetNoPassword(false);
                return null;
            case "sanitize-payload":
                _payload = PayloadCheck.Full;
                return null;
            case "skip-sanitize-payload":
                _payload = PayloadCheck.Skipped;
                return null;
            case "clearselectors":
                _selectors.Clear();
                return null;
            case "reset":
                Reset();
                return null;
        }

        return rule[0] switch
        {
            '>' => AddPassword(AclText.Hash(AclText.Bytes(rule[1..]))),
            '#' => IsHash(rule[1..]) ? AddPassword(rule[1..]) : AclProblem.BadHash,
            '<' => RemovePassword(AclText.Hash(AclText.Bytes(rule[1..]))),
            '!' => IsHash(rule[1..]) ? RemovePassword(rule[1..]) : AclProblem.BadHash,
            '(' when rule[^1] == ')' => AddSelector(rule[1..^1]),
            _ => _root.Apply(rule),
        };
    }

    /// <summary>Puts the words of a selector, "(+get", "~a)", together as one. False: <paramref name="unmatched"/> opens one that nothing closes.</summary>
    public static bool TryMerge(IEnumerable<string> words, out List<string> rules, out string unmatched)
    {
        rules = [];
        unmatched = "";
        List<string> open = [];
        foreach (string word in words)
        {
            if (open.Count == 0 && (!word.StartsWith('(') || word.EndsWith(')')))
            {
                rules.Add(word);
                continue;
            }

            open.Add(word);
            if (!word.EndsWith(')'))
                continue;
            rules.Add(string.Join(' ', open));
            open.Clear();
        }

        unmatched = open.FirstOrDefault("");
        return open.Count == 0;
    }

    private string? AddSelector(string words)
    {
        AclSelectorDraft draft = new(_commands, null, _allChannels);
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (draft.Apply(word) is { } problem)
                return problem;
        }

        _selectors.Add(draft.Build());
        return null;
    }

    private void Reset()
    {
        SetNoPassword(false);
        _root.Reset(_allChannels);
        _on = false;
        _payload = PayloadCheck.Full;
        _selectors.Clear();
    }

    private void SetNoPassword(bool value)
    {
        _noPassword = value;
        _passwords.Clear();
    }

    private string? AddPassword(string hash)
    {
        if (!_passwords.Contains(hash))
            _passwords.Add(hash);
        _noPassword = false;
        return null;
    }

    private string? RemovePassword(string hash) => _passwords.Remove(hash) ? null : AclProblem.NoSuchPassword;

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);
}
