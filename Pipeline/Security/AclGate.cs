// Owner: whoever owns the session or the script that asks; keeps no state between calls but its scratch list.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>The place where commands of restricted users are looked at, and what is denied is entered in the log. Others do not come here.</summary>
internal sealed class AclGate(StoreEngine engine)
{
    /// <summary>Contexts of the log.</summary>
    public const string AtTopLevel = "toplevel";

    /// <inheritdoc cref="AtTopLevel" />
    public const string InMulti = "multi";

    /// <inheritdoc cref="AtTopLevel" />
    public const string InScript = "lua";

    private readonly List<int> _scratch = [];

    /// <summary>What is denied of a call; enters it in the log.</summary>
    public AclDenial Check(CommandDescriptor command, ArgView args, ClientContext client, string where)
    {
        AclDenial denial = client.User.Rules.Check(command, args, _scratch);
        if (denial.IsDenied)
        {
            string what = denial.Verdict == AclVerdict.Command ? command.FullName : AclText.Of(args[denial.Argument]);
            engine.AclLog.Add(denial.Verdict, where, what, client.User.Name, client);
        }

        return denial;
    }

    /// <summary>Whether a call would be denied, without a trace.</summary>
    public AclDenial Peek(CommandDescriptor command, ArgView args, AclUser user) => user.Rules.Check(command, args, _scratch);
}
