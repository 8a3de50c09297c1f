using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Values;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>CONFIG, over the one table of options.</summary>
internal static class ConfigCommands
{
    private const CommandFlags Operator = Admin | NoScript | Loading | Stale;

    public static CommandDescriptor Container { get; } = new("config", Operator,
        new("get", -3, Operator, KeySpec.None, Get) { Summary = "Returns the effective values of configuration parameters.", Since = "2.0.0", Complexity = "O(N) when N is the number of configuration parameters provided" },
        new("set", -4, Operator, KeySpec.None, Set) { CarriesSecrets = true, Summary = "Sets configuration parameters in-flight.", Since = "2.0.0", Complexity = "O(N) when N is the number of configuration parameters provided" },
        new("resetstat", 2, Operator | Global, KeySpec.None, ResetStat) { Summary = "Resets the server's statistics.", Since = "2.0.0" },
        new("rewrite", 2, Operator, KeySpec.None, Rewrite) { Summary = "Persists the effective configuration to file.", Since = "2.8.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" });

    private static void Get(ref CommandCall call)
    {
        byte[][] patterns = new byte[call.Count - 2][];
        for (int i = 0; i < patterns.Length; i++)
            patterns[i] = System.Text.Encoding.ASCII.GetBytes(Words.Text(call.Args[i + 2]).ToLowerInvariant());
        KeyValuePair<string, string>[] found = [.. call.Engine.Config.Match(
            name => Array.Exists(patterns, pattern => GlobPattern.IsMatch(pattern, System.Text.Encoding.ASCII.GetBytes(name))))];
        call.Reply.Map(found.Length);
        foreach ((string name, string value) in found)
        {
            call.Reply.Bulk(name);
            call.Reply.Bulk(value);
        }
    }

    private static void Set(ref CommandCall call)
    {
        if (call.Count % 2 != 0)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        List<KeyValuePair<string, string>> settings = [];
        for (int i = 2; i < call.Count; i += 2)
            settings.Add(new(Words.Text(call.Args[i]), Words.Text(call.Args[i + 1])));
        if (call.Engine.Config.Set(settings) is { } error)
            call.Reply.Error(error);
        else
            call.Reply.Ok();
    }

    private static void ResetStat(ref CommandCall call)
    {
        foreach (ShardBlock shard in call.Engine.Shards)
        {
            shard.Stats.Reset();
            shard.Transactions.Reset();
            shard.Keyspace.Stats.Reset();
            shard.Keyspace.Leftovers.ResetCount();
        }

        call.Engine.ReadLocalStats(stats => stats.Reset());
        call.Engine.Meter.Reset();
        call.Reply.Ok();
    }

    private static void Rewrite(ref CommandCall call) => call.Reply.Error("ERR The server is running without a config file");
}
