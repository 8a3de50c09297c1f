using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Values;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.PubSub;

/// <summary>PUBSUB: who listens to what.</summary>
internal static class PubSubQueries
{
    private const CommandFlags Asking = CommandFlags.PubSub | Loading | Stale;

    public static CommandDescriptor Container { get; } = new("pubsub", Loading | Stale,
        new("channels", -2, Asking, KeySpec.None, Channels) { Summary = "Returns the active channels.", Since = "2.8.0", Complexity = "O(N) where N is the number of active channels" },
        new("numsub", -2, Asking, KeySpec.None, NumSub) { Summary = "Returns a count of subscribers to channels.", Since = "2.8.0", Complexity = "O(N) where N is the number of requested channels" },
        new("numpat", 2, Asking, KeySpec.None, NumPat) { Summary = "Returns a count of unique pattern subscriptions.", Since = "2.8.0" },
        new("shardchannels", -2, Asking, KeySpec.None, ShardChannels) { Summary = "Returns the active shard channels.", Since = "7.0.0", Complexity = "O(N) where N is the number of active shard channels" },
        new("shardnumsub", -2, Asking, KeySpec.None, ShardNumSub) { Summary = "Returns the count of subscribers of shard channels.", Since = "7.0.0", Complexity = "O(N) where N is the number of requested shard channels" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "6.2.0" });

    private static void Channels(ref CommandCall call) => WriteNames(ref call, call.Engine.PubSub.Channels);

    private static void ShardChannels(ref CommandCall call) => WriteNames(ref call, call.Engine.PubSub.ShardChannels);

    private static void NumSub(ref CommandCall call) => WriteCounts(ref call, call.Engine.PubSub.Channels);

    private static void ShardNumSub(ref CommandCall call) => WriteCounts(ref call, call.Engine.PubSub.ShardChannels);

    private static void NumPat(ref CommandCall call) => call.Reply.Integer(call.Engine.PubSub.Patterns.Count);

    private static void WriteNames(ref CommandCall call, SubscriberTable table)
    {
        if (call.Count > 3)
        {
            call.Reply.Error($"ERR unknown subcommand or wrong number of arguments for '{Words.Text(call.Args[1])}'. Try PUBSUB HELP.");
            return;
        }

        List<byte[]> names = [];
        foreach ((byte[] name, Session[] _) in table.All)
        {
            if (call.Count == 2 || GlobPattern.IsMatch(call.Args[2], name))
                names.Add(name);
        }

        call.Reply.Array(names.Count);
        foreach (byte[] name in names)
            call.Reply.Bulk(name);
    }

    private static void WriteCounts(ref CommandCall call, SubscriberTable table)
    {
        call.Reply.Array((call.Count - 2) * 2);
        for (int i = 2; i < call.Count; i++)
        {
            call.Reply.Bulk(call.Args[i]);
            call.Reply.Integer(table.Of(call.Args[i]).Length);
        }
    }
}
