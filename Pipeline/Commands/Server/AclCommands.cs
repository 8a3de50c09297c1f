using System.Security.Cryptography;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>ACL, as far as there is one user, "default", who may do everything and has the password of the option requirepass.</summary>
internal static class AclCommands
{
    private const CommandFlags Anybody = NoScript | Loading | Stale;
    private const CommandFlags Operator = Admin | Anybody;
    private const int PasswordBits = 256;
    private const int PasswordBitsMax = 4096;

    // Redis's categories, in its order.
    private static readonly string[] Categories =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow",
        "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    public static CommandDescriptor Container { get; } = new("acl", None,
        new("cat", -2, Anybody, KeySpec.None, Cat) { Summary = "Lists the ACL categories, or the commands inside a category.", Since = "6.0.0" },
        new("genpass", -2, Anybody, KeySpec.None, GeneratePassword) { Summary = "Generates a random password.", Since = "6.0.0" },
        new("getuser", 3, Operator, KeySpec.None, GetUser) { Summary = "Shows the rules of a user: there is one, default.", Since = "6.0.0" },
        new("list", 2, Operator, KeySpec.None, List) { Summary = "Shows all users with their rules.", Since = "6.0.0" },
        new("users", 2, Operator, KeySpec.None, static (ref CommandCall call) => WriteList(ref call, ["default"])) { Summary = "Lists all users.", Since = "6.0.0" },
        new("whoami", 2, Anybody, KeySpec.None, static (ref CommandCall call) => call.Reply.Bulk("default")) { Summary = "Returns the name of the connection's user.", Since = "6.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "6.0.0" });

    private static void Cat(ref CommandCall call)
    {
        if (call.Count == 2)
        {
            WriteList(ref call, Categories);
            return;
        }

        string category = Words.Text(call.Args[2]).ToLowerInvariant();
        if (call.Count > 3 || !Categories.Contains(category))
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

    private static void GetUser(ref CommandCall call)
    {
        if (!call.Args[2].SequenceEqual("default"u8))
        {
            call.Reply.Null();
            return;
        }

        string? password = PasswordHash(call.Engine);
        call.Reply.Map(6);
        call.Reply.Bulk("flags");
        string[] flags = password is null ? ["on", "nopass"] : ["on"];
        call.Reply.Set(flags.Length);
        foreach (string flag in flags)
            call.Reply.Bulk(flag);
        call.Reply.Bulk("passwords");
        WriteList(ref call, password is null ? [] : [password]);
        call.Reply.Bulk("commands");
        call.Reply.Bulk("+@all");
        call.Reply.Bulk("keys");
        call.Reply.Bulk("~*");
        call.Reply.Bulk("channels");
        call.Reply.Bulk("&*");
        call.Reply.Bulk("selectors");
        call.Reply.Array(0);
    }

    private static void List(ref CommandCall call)
        => WriteList(ref call, [$"user default on {(PasswordHash(call.Engine) is { } hash ? "#" + hash : "nopass")} ~* &* +@all"]);

    private static string? PasswordHash(StoreEngine engine)
        => engine.NeedsPassword ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(engine.Config.Get(StoreOptions.RequirePass)))) : null;

    private static string Unfit(ref CommandCall call) => $"ERR unknown subcommand or wrong number of arguments for '{Words.Text(call.Args[1])}'. Try ACL HELP.";

    private static void WriteList(ref CommandCall call, string[] words)
    {
        call.Reply.Array(words.Length);
        foreach (string word in words)
            call.Reply.Bulk(word);
    }
}
