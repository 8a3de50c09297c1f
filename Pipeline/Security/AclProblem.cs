namespace DragonflyFlow.Pipeline.Security;

/// <summary>What can be wrong with a rule, in Redis's words.</summary>
internal static class AclProblem
{
    public const string Syntax = "Syntax error";
    public const string Unknown = "Unknown command or category name in ACL";
    public const string SecondArgument = "Allowing first-arg of a subcommand is not supported";

    public const string KeysAreAll = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. "
        + "Try 'resetkeys' to start with an empty list of patterns";

    public const string ChannelsAreAll = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. "
        + "Try 'resetchannels' to start with an empty list of channels";

    public const string BadHash = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    public const string NoSuchPassword = "The password you are trying to remove from the user does not exist";
}
