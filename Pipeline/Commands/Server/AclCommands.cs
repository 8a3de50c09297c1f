using System.Security.Cryptography;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>ACL: the table of its subcommands, and those that are about nobody in particular. Texts and replies are those of Redis 7.2.</summary>
internal static class AclCommands
{
    private const CommandFlags Anybody = NoScript | Loading | Stale;
    private const CommandFlags Operator = Admin | Anybody;
    private const int PasswordBits = 256;
    private const int PasswordBitsMax = 4096;

    private const string NoFile = "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then "
        + "issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.";

    public static CommandDescriptor Container { get; } = new("acl", None,
        new("cat", -2, Anybody, KeySpec.None, Cat) { Summary = "Lists the ACL categories, or the commands inside a category.", Since = "6.0.0" },
        new("deluser", -3, Operator, KeySpec.None, AclUserCommands.Delete) { Summary = "Deletes ACL users, and terminates their connections.", Since = "6.0.0", Complexity = "O(1) amortized time considering the typical user." },
        new("dryrun", -4, Operator, KeySpec.None, AclUserCommands.DryRun) { Summary = "Simulates the execution of a command by a user, without executing the command.", Since = "7.0.0" },
        new("genpass", -2, Anybody, KeySpec.None, GeneratePassword) { Summary = "Generates a pseudorandom, secure password that can be used to identify ACL users.", Since = "6.0.0" },
        new("getuser", 3, Operator, KeySpec.None, AclUserCommands.Get) { Summary = "Lists the ACL rules of a user.", Since = "6.0.0", Complexity = "O(N). Where N is the number of password, command and pattern rules that the user has." },
        new("list", 2, Operator, KeySpec.None, AclUserCommands.List) { Summary = "Dumps the effective rules in ACL file format.", Since = "6.0.0", Complexity = "O(N). Where N is the number of configured users." },
        new("load", 2, Operator, KeySpec.None, static (ref CommandCall call) => UseFile(ref call, isLoad: true)) { Summary = "Reloads the rules from the configured ACL file.", Since = "6.0.0", Complexity = "O(N). Where N is the number of configured users." },
        new("log", -2, Operator, KeySpec.None, AclLogCommand.Run) { Summary = "Lists recent security events generated due to ACL rules.", Since = "6.0.0", Complexity = "O(N) with N being the number of entries shown." },
        new("save", 2, Operator, KeySpec.None, static (ref CommandCall call) => UseFile(ref call, isLoad: false)) { Summary = "Saves the effective ACL rules in the configured ACL file.", Since = "6.0.0", Complexity = "O(N). Where N is the number of configured users." },
        new("setuser", -3, Operator, KeySpec.None, AclUserCommands.Set) { Summary = "Creates and modifies an ACL user and its rules.", Since = "6.0.0", Complexity = "O(N). Where N is the number of rules provided.", CarriesSecrets = true },
        new("users", 2, Operator, KeySpec.None, AclUserCommands.Names) { Summary = "Lists all ACL users.", Since = "6.0.0", Complexity = "O(N). Where N is the number of configured users." },
        new("whoami", 2, Anybody, KeySpec.None, static (ref CommandCall call) => AclText.Bulk(call.Reply, call.Client.User.Name)) { Summary = "Returns the authenticated username of the current connection.", Since = "6.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "6.0.0" });

    private static void Cat(ref CommandCall call)
    {
        if (call.Count == 2)
        {
            WriteList(ref call, AclCategories.Names);
            return;
        }

        string category = Words.Text(call.Args[2]).ToLowerInvariant();
        if (call.Count > 3 || !AclCategories.Names.Contains(category))
        {
            call.Reply.Error(call.Count > 3 ? Unfit(ref call) : $"ERR Unknown category '{Words.Text(call.Args[2])}'");
            return;
        }

        WriteList(ref call, [.. call.Engine.Commands.ById.Where(command => CommandDescription.Categories(command).Contains(category)).Select(command => command.FullName)]);
    }

    private static void GeneratePassword(ref CommandCall call)
    {
        long bits = PasswordBits;
        if (call.Count > 3)
        {
            call.Reply.Error(Unfit(ref call));
            return;
        }

        if (call.Count == 3 && !call.TryInteger(2, out bits))
            return;
        if (bits is <= 0 or > PasswordBitsMax)
        {
            call.Reply.Error($"ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to {PasswordBitsMax}");
            return;
        }

        call.Reply.Bulk(RandomNumberGenerator.GetHexString(((int)bits + 3) / 4, lowercase: true));
    }

    // Inside MULTI nothing may wait, and a file takes its time.
    private static void UseFile(ref CommandCall call, bool isLoad)
    {
        if (call.Engine.AclFile is not { IsNamed: true } file)
        {
            call.Reply.Error(NoFile);
            return;
        }

        if (call.IsNested)
        {
            call.Reply.Error("ERR ACL LOAD and ACL SAVE cannot run inside MULTI");
            return;
        }

        DeferredReply deferred = call.Client.Session.Defer();
        if (!file.TryBegin(isLoad, problem => Answer(deferred, problem)))
            deferred.TryComplete(static reply => reply.Error(Errors.ShuttingDown));
    }

    private static void Answer(DeferredReply deferred, string? problem) => deferred.TryComplete(reply =>
    {
        if (problem is null)
            reply.Ok();
        else
            AclText.Error(reply, "ERR " + problem);
    });

    private static string Unfit(ref CommandCall call) => $"ERR unknown subcommand or wrong number of arguments for '{Words.Text(call.Args[1])}'. Try ACL HELP.";

    private static void WriteList(ref CommandCall call, IReadOnlyCollection<string> words)
    {
        call.Reply.Array(words.Count);
        foreach (string word in words)
            call.Reply.Bulk(word);
    }
}
