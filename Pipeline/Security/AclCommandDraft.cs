using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Commands.Server;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>
/// Commands while rules are applied to them, one after the other. The text keeps the rules in their order, without those that a later one makes void (Redis 7.2:
/// a rule for a command takes out earlier ones for it and its subcommands; +@all and -@all begin anew).
/// </summary>
internal sealed class AclCommandDraft
{
    private const string All = "+@all";
    private const string Nothing = "-@all";

    private readonly CommandTable _commands;
    private readonly List<string> _rules;
    private Dictionary<int, string[]> _firstArguments;
    private readonly ulong[] _bits;
    private bool _allowsAll;
    private string _base;

    /// <summary>Goes on from what was; null: nothing is allowed.</summary>
    public AclCommandDraft(CommandTable commands, AclCommandSet? from)
    {
        _commands = commands;
        _bits = from is null ? new ulong[(commands.ById.Count + 63) / 64] : [.. from.Bits];
        _firstArguments = from is null ? [] : new(from.FirstArguments);
        _allowsAll = from is { AllowsAll: true };
        string[] words = from?.Text.Split(' ') ?? [Nothing];
        _base = words[0];
        _rules = [.. words[1..]];
    }

    /// <summary>What the rules have made.</summary>
    public AclCommandSet Build() => new([.. _bits], new Dictionary<int, string[]>(_firstArguments), _allowsAll, string.Join(' ', (string[])[_base, .. _rules]));

    /// <summary>+@all and -@all: everything before is void.</summary>
    public void SetAll(bool allowed)
    {
        Array.Fill(_bits, allowed ? ulong.MaxValue : 0);
        _firstArguments = [];
        _allowsAll = allowed;
        _base = allowed ? All : Nothing;
        _rules.Clear();
    }

    /// <summary>A word that begins with + or -; what is wrong with it, or null.</summary>
    public string? Apply(string rule)
    {
        bool allowed = rule[0] == '+';
        string name = rule[1..];
        if (name.StartsWith('@'))
            return SetCategory(name.ToLowerInvariant(), allowed);
        int bar = name.LastIndexOf('|');
        return allowed && bar >= 0 ? AllowPart(name, name[..bar], name[(bar + 1)..]) : SetCommand(name, allowed);
    }

    private string? SetCategory(string category, bool allowed)
    {
        if (category == "@all")
        {
            SetAll(allowed);
            return null;
        }

        if (!AclCategories.Names.Contains(category[1..]))
            return AclProblem.Unknown;
        foreach (CommandDescriptor command in _commands.ById)
        {
            if (CommandDescription.Categories(command).Contains(category[1..]))
                SetBit(command, allowed);
        }

        Note(category, allowed);
        return null;
    }

    private string? SetCommand(string name, bool allowed)
    {
        if (Find(name) is not { } command)
            return AclProblem.Unknown;
        SetWithSubcommands(command, allowed);
        Note(command.FullName, allowed);
        return null;
    }

    // "+config|get" is a subcommand; "+select|0", of a command that has none, is its first argument.
    private string? AllowPart(string name, string before, string part)
    {
        if (Find(before) is not { } command)
            return AclProblem.Unknown;
        if (before.Contains('|'))
            return AclProblem.SecondArgument;
        if (part.Length == 0)
            return AclProblem.Syntax;
        if (command.Subcommands.Count > 0)
            return SetCommand(name, allowed: true);
        if (!AclCommandSet.Has(_bits, command.Id))
        {
            string[] known = _firstArguments.GetValueOrDefault(command.Id, []);
            if (!known.Contains(part, StringComparer.OrdinalIgnoreCase))
                _firstArguments[command.Id] = [.. known, part];
        }

        Note(name.ToLowerInvariant(), allowed: true);
        return null;
    }

    private CommandDescriptor? Find(string name) => _commands.FindByFullName(AclText.Bytes(name));

    private void SetWithSubcommands(CommandDescriptor command, bool allowed)
    {
        SetBit(command, allowed);
        foreach (CommandDescriptor sub in command.Subcommands)
            SetBit(sub, allowed);
    }

    private void SetBit(CommandDescriptor command, bool allowed)
    {
        ulong bit = 1UL << (command.Id & 63);
        if (allowed)
            _bits[command.Id >> 6] |= bit;
        else
            _bits[command.Id >> 6] &= ~bit;
        _allowsAll &= allowed;
        _firstArguments.Remove(command.Id);
    }

    private void Note(string name, bool allowed)
    {
        _rules.RemoveAll(rule => rule.AsSpan(1).SequenceEqual(name) || rule.AsSpan(1).StartsWith(name + "|"));
        _rules.Add((allowed ? '+' : '-') + name);
    }
}
