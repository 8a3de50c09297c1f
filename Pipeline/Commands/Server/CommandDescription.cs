using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>A descriptor in the forms of COMMAND INFO and COMMAND DOCS (Redis 7.2).</summary>
internal static class CommandDescription
{
    private static readonly (CommandFlags Flag, string Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"), (CommandFlags.ReadOnly, "readonly"), (CommandFlags.DenyOom, "denyoom"), (CommandFlags.Admin, "admin"),
        (CommandFlags.PubSub, "pubsub"), (CommandFlags.NoScript, "noscript"), (CommandFlags.Blocking, "blocking"), (CommandFlags.Loading, "loading"),
        (CommandFlags.Stale, "stale"), (CommandFlags.SkipMonitor, "skip_monitor"), (CommandFlags.Fast, "fast"), (CommandFlags.NoAuth, "no_auth"),
        (CommandFlags.NoMulti, "no_multi"), (CommandFlags.MovableKeys, "movablekeys"),
    ];

    /// <summary>Writes the ten elements of COMMAND INFO.</summary>
    public static void WriteInfo(ReplyBuffer reply, CommandDescriptor command)
    {
        reply.Array(10);
        reply.Bulk(command.FullName);
        reply.Integer(command.Arity);
        string[] flags = [.. FlagNames.Where(flag => command.Has(flag.Flag)).Select(flag => flag.Name)];
        reply.Set(flags.Length);
        foreach (string flag in flags)
            reply.Simple(flag);
        reply.Integer(command.Keys.First);
        reply.Integer(command.Keys.Last);
        reply.Integer(command.Keys.Step);
        IReadOnlyCollection<string> categories = Categories(command);
        reply.Set(categories.Count);
        foreach (string category in categories)
            reply.Simple("@" + category);
        reply.Array(0);
        WriteKeySpecs(reply, command);
        reply.Array(command.Subcommands.Count);
        foreach (CommandDescriptor sub in command.Subcommands)
            WriteInfo(reply, sub);
    }

    /// <summary>Writes the map of COMMAND DOCS.</summary>
    public static void WriteDocs(ReplyBuffer reply, CommandDescriptor command)
    {
        IReadOnlyList<CommandArgument> arguments = CommandArguments.Of(command.FullName);
        reply.Map(4 + (arguments.Count > 0 ? 1 : 0) + (command.Subcommands.Count > 0 ? 1 : 0));
        reply.Bulk("summary");
        reply.Bulk(command.Summary);
        reply.Bulk("since");
        reply.Bulk(command.Since);
        reply.Bulk("group");
        reply.Bulk(command.Group);
        reply.Bulk("complexity");
        reply.Bulk(command.Complexity);
        if (arguments.Count > 0)
            CommandArgument.WriteAll(reply, arguments);
        if (command.Subcommands.Count == 0)
            return;
        reply.Bulk("subcommands");
        reply.Map(command.Subcommands.Count);
        foreach (CommandDescriptor sub in command.Subcommands)
        {
            reply.Bulk(sub.FullName);
            WriteDocs(reply, sub);
        }
    }

    /// <summary>ACL categories as Redis derives them: from flags, from the group unless the descriptor names the kind of data itself, and what the descriptor adds.</summary>
    public static IReadOnlyCollection<string> Categories(CommandDescriptor command)
    {
        SortedSet<string> names = new(command.Categories, StringComparer.Ordinal) { command.Has(CommandFlags.Fast) ? "fast" : "slow" };
        if (command.Subcommands.Count > 0)
            return names;
        if (command.Has(CommandFlags.Write))
            names.Add("write");
        if (command.Has(CommandFlags.ReadOnly) && command.Group != "scripting")
            names.Add("read");
        if (command.Has(CommandFlags.Admin))
            names.UnionWith(["admin", "dangerous"]);
        if (command.Has(CommandFlags.PubSub))
            names.Add("pubsub");
        if (command.Has(CommandFlags.Blocking))
            names.Add("blocking");
        if (DataCategory(command) is { } data)
            names.Add(data);
        return names;
    }

    private static string? DataCategory(CommandDescriptor command) => command.Group switch
    {
        "generic" => command.Categories.Any(name => name is "list" or "connection") ? null : "keyspace",
        "sorted-set" or "sorted_set" => "sortedset",
        "transactions" => "transaction",
        "server" or "cluster" or "pubsub" => null,
        _ => command.Group,
    };

    private static void WriteKeySpecs(ReplyBuffer reply, CommandDescriptor command)
    {
        if (command.Keys.First == 0 && command.Keys.Keyword is null)
        {
            reply.Array(0);
            return;
        }

        reply.Array(1);
        reply.Map(3);
        reply.Bulk("flags");
        WriteFlags(reply, KeyAccess.Of(command, isFirst: true));
        reply.Bulk("begin_search");
        reply.Map(2);
        reply.Bulk("type");
        if (command.Keys.Keyword is { } keyword)
            WriteKeyword(reply, keyword);
        else
            WriteIndexes(reply, command.Keys);
    }

    /// <summary>Writes what is done with a key.</summary>
    public static void WriteFlags(ReplyBuffer reply, string[] flags)
    {
        reply.Set(flags.Length);
        foreach (string flag in flags)
            reply.Simple(flag);
    }

    private static void WriteIndexes(ReplyBuffer reply, KeySpec keys)
    {
        reply.Bulk("index");
        reply.Bulk("spec");
        reply.Map(1);
        reply.Bulk("index");
        reply.Integer(keys.First);
        WriteFindKeys(reply, keys.Last >= 0 ? keys.Last - keys.First : keys.Last, keys.Step, limit: 0);
    }

    // Of what stands behind the word, the first half.
    private static void WriteKeyword(ReplyBuffer reply, string keyword)
    {
        reply.Bulk("keyword");
        reply.Bulk("spec");
        reply.Map(2);
        reply.Bulk("keyword");
        reply.Bulk(keyword);
        reply.Bulk("startfrom");
        reply.Integer(1);
        WriteFindKeys(reply, lastKey: -1, step: 1, limit: 2);
    }

    private static void WriteFindKeys(ReplyBuffer reply, int lastKey, int step, int limit)
    {
        reply.Bulk("find_keys");
        reply.Map(2);
        reply.Bulk("type");
        reply.Bulk("range");
        reply.Bulk("spec");
        reply.Map(3);
        reply.Bulk("lastkey");
        reply.Integer(lastKey);
        reply.Bulk("keystep");
        reply.Integer(step);
        reply.Bulk("limit");
        reply.Integer(limit);
    }
}
