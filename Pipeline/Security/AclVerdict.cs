using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>What a user is not allowed, in the order in which a refusal tells most (Redis's ACL_DENIED_*).</summary>
internal enum AclVerdict : byte
{
    /// <summary>Nothing: the command may run.</summary>
    Allowed,

    /// <summary>The command.</summary>
    Command,

    /// <summary>A key among its arguments.</summary>
    Key,

    /// <summary>To come in: a wrong password, an unknown or disabled user.</summary>
    Auth,

    /// <summary>A channel among its arguments.</summary>
    Channel,
}

/// <summary>A verdict and the index of the argument that it is about.</summary>
internal readonly record struct AclDenial(AclVerdict Verdict, int Argument)
{
    /// <summary>Nothing is denied.</summary>
    public static AclDenial None => default;

    /// <summary>Whether anything is denied.</summary>
    public bool IsDenied => Verdict != AclVerdict.Allowed;

    /// <summary>The refusal in the words of Redis 7.2, without a code word; <paramref name="names"/> tells which key or channel, for an operator's eyes (ACL DRYRUN).</summary>
    public string Explain(AclUser user, CommandDescriptor command, ArgView args, bool names = false) => Verdict switch
    {
        AclVerdict.Command => $"User {user.Name} has no permissions to run the '{command.FullName}' command",
        AclVerdict.Key when names => $"User {user.Name} has no permissions to access the '{AclText.Of(args[Argument])}' key",
        AclVerdict.Key => "No permissions to access a key",
        AclVerdict.Channel when names => $"User {user.Name} has no permissions to access the '{AclText.Of(args[Argument])}' channel",
        AclVerdict.Channel => "No permissions to access a channel",
        _ => "",
    };

    /// <summary>Why a command that was queued while it was allowed is refused by EXEC.</summary>
    public static string ExplainQueued(AclVerdict verdict) =>
        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: "
        + verdict switch
        {
            AclVerdict.Command => "no permission to execute the command or subcommand",
            AclVerdict.Key => "no permission to touch the specified keys",
            AclVerdict.Channel => "no permission to access one of the channels used as arguments to the command",
            _ => "no permission",
        };
}
