using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>Which commands a selector allows. Never changes; a rule makes another one (<see cref="AclCommandDraft"/>).</summary>
/// <param name="bits">A bit for each <see cref="CommandDescriptor.Id"/>.</param>
/// <param name="firstArguments">Commands without a bit that are allowed with these first arguments ("+select|0").</param>
/// <param name="allowsAll">Whether nothing is refused.</param>
/// <param name="text">The rules that made it, as ACL LIST shows them: "+@all", "-@all +get".</param>
internal sealed class AclCommandSet(ulong[] bits, IReadOnlyDictionary<int, string[]> firstArguments, bool allowsAll, string text)
{
    /// <summary>Whether nothing is refused.</summary>
    public bool AllowsAll => allowsAll;

    /// <summary>The rules that made it.</summary>
    public string Text => text;

    /// <summary>A command's bits, for a draft.</summary>
    public ulong[] Bits => bits;

    /// <summary>Commands allowed by their first argument, for a draft.</summary>
    public IReadOnlyDictionary<int, string[]> FirstArguments => firstArguments;

    /// <summary>Whether this call may run. What is open before AUTH is open to everybody.</summary>
    public bool Allows(CommandDescriptor command, ArgView args)
    {
        if (allowsAll || command.Has(CommandFlags.NoAuth) || Has(bits, command.Id))
            return true;
        if (args.Count < 2 || !firstArguments.TryGetValue(command.Id, out string[]? words))
            return false;
        foreach (string word in words)
        {
            if (Words.Equal(args[1], word))
                return true;
        }

        return false;
    }

    /// <summary>Whether a command's bit is set.</summary>
    public static bool Has(ulong[] bits, int id) => (bits[id >> 6] & (1UL << (id & 63))) != 0;
}
