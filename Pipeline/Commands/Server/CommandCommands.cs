using DragonflyFlow.Storage.Values;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>COMMAND: the descriptor table, told to clients.</summary>
internal static class CommandCommands
{
    private const CommandFlags Plain = Loading | Stale;

    private static readonly string[] Categories = ["connection"];

    public static CommandDescriptor Container { get; } = new("command", Plain,
        new("count", 2, Plain, KeySpec.None, Count) { Categories = Categories, Summary = "Returns a count of commands.", Since = "2.8.13" },
        new("info", -2, Plain, KeySpec.None, Info) { Categories = Categories, Summary = "Returns information about one, multiple or all commands.", Since = "2.8.13", Complexity = "O(N) where N is the number of commands to look up" },
        new("docs", -2, Plain, KeySpec.None, Docs) { Categories = Categories, Summary = "Returns documentary information about one, multiple or all commands.", Since = "7.0.0", Complexity = "O(N) where N is the number of commands to look up" },
        new("list", -2, Plain, KeySpec.None, List) { Categories = Categories, Summary = "Returns a list of command names.", Since = "7.0.0", Complexity = "O(N) where N is the total number of commands" },
        new("getkeys", -3, Plain, KeySpec.None, GetKeys) { Categories = Categories, Summary = "Extracts the key names from an arbitrary command.", Since = "2.8.13", Complexity = "O(N) where N is the number of arguments to the command" },
        new("getkeysandflags", -3, Plain, KeySpec.None, GetKeysAndFlags) { Categories = Categories, Summary = "Extracts the key names and access flags for an arbitrary command.", Since = "7.0.0", Complexity = "O(N) where N is the number of arguments to the command" },
        new("help", 2, Plain, KeySpec.None, Help.ForContainer) { Categories = Categories, Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" })
    {
        Categories = Categories,
        Bare = static (ref CommandCall call) => All(ref call),
    };

    private static void All(ref CommandCall call)
    {
        call.Reply.Array(call.Engine.Commands.Commands.Count);
        foreach (CommandDescriptor command in call.Engine.Commands.Commands)
            CommandDescription.WriteInfo(call.Reply, command);
    }

    private static void Count(ref CommandCall call) => call.Reply.Integer(call.Engine.Commands.Commands.Count);

    private static void Info(ref CommandCall call)
    {
        if (call.Count == 2)
        {
            All(ref call);
            return;
        }

        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Engine.Commands.FindByFullName(call.Args[i]) is { } command)
                CommandDescription.WriteInfo(call.Reply, command);
            else
                call.Reply.NullArray();
        }
    }

    private static void Docs(ref CommandCall call)
    {
        List<CommandDescriptor> wanted = [];
        if (call.Count == 2)
            wanted.AddRange(call.Engine.Commands.Commands);
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Engine.Commands.FindByFullName(call.Args[i]) is { } command)
                wanted.Add(command);
        }

        call.Reply.Map(wanted.Count);
        foreach (CommandDescriptor command in wanted)
        {
            call.Reply.Bulk(command.FullName);
            CommandDescription.WriteDocs(call.Reply, command);
        }
    }

    private static void List(ref CommandCall call)
    {
        IEnumerable<CommandDescriptor> listed = call.Engine.Commands.ById;
        if (call.Count > 2)
        {
            if (call.Count != 5 || !call.Args.Is(2, "FILTERBY"))
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }

            string filter = Words.Text(call.Args[4]).ToLowerInvariant();
            byte[] pattern = System.Text.Encoding.ASCII.GetBytes(filter);
            if (call.Args.Is(3, "ACLCAT"))
                listed = listed.Where(command => CommandDescription.Categories(command).Contains(filter));
            else if (call.Args.Is(3, "PATTERN"))
                listed = listed.Where(command => GlobPattern.IsMatch(pattern, System.Text.Encoding.ASCII.GetBytes(command.FullName)));
            else if (call.Args.Is(3, "MODULE"))
                listed = [];
            else
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }
        }

        CommandDescriptor[] found = [.. listed];
        call.Reply.Array(found.Length);
        foreach (CommandDescriptor command in found)
            call.Reply.Bulk(command.FullName);
    }

    private static void GetKeys(ref CommandCall call)
    {
        if (!TryFindKeys(ref call, out _, out List<int> keys))
            return;
        ArgView inner = call.Args.From(2);
        call.Reply.Array(keys.Count);
        foreach (int key in keys)
            call.Reply.Bulk(inner[key]);
    }

    private static void GetKeysAndFlags(ref CommandCall call)
    {
        if (!TryFindKeys(ref call, out CommandDescriptor command, out List<int> keys))
            return;
        ArgView inner = call.Args.From(2);
        call.Reply.Array(keys.Count);
        foreach ((int index, int key) in keys.Index())
        {
            call.Reply.Array(2);
            call.Reply.Bulk(inner[key]);
            CommandDescription.WriteFlags(call.Reply, KeyAccess.Of(command, inner, isFirst: index == 0));
        }
    }

    // The command behind COMMAND GETKEYS and the places of its keys in it; false with Redis's error written.
    private static bool TryFindKeys(ref CommandCall call, out CommandDescriptor found, out List<int> keys)
    {
        ArgView inner = call.Args.From(2);
        keys = [];
        found = CommandTable.Unknown;
        CommandDescriptor? command = call.Engine.Commands.Find(inner[0]);
        if (command?.Subcommands.Count > 0 && inner.Count > 1)
            command = command.FindSubcommand(inner[1]);
        if (command is null)
        {
            call.Reply.Error("ERR Invalid command specified");
            return false;
        }

        if (!command.AcceptsCount(inner.Count))
        {
            call.Reply.Error("ERR Invalid number of arguments specified for command");
            return false;
        }

        found = command;
        command.Keys.Find(inner, keys);
        if (keys.Count > 0)
            return true;
        call.Reply.Error(command.Keys.HasKeys ? "ERR Invalid arguments specified for command" : "ERR The command has no key arguments");
        return false;
    }
}
