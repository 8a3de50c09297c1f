using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Protocol.Wire;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.PubSub;

/// <summary>SUBSCRIBE and its sisters, PUBLISH, MONITOR. Each name of a SUBSCRIBE is confirmed by a message of its own.</summary>
internal static class PubSubCommands
{
    private const CommandFlags Listening = CommandFlags.PubSub | NoScript | Loading | Stale | WhileSubscribed;
    private const CommandFlags Sending = CommandFlags.PubSub | Loading | Stale | Fast | MayReplicate;

    public static CommandFamily Family { get; } = new("pubsub",
    [
        new("subscribe", -2, Listening, KeySpec.None, Subscribe) { Channels = ChannelUse.Listens, Summary = "Listens for messages published to channels.", Since = "2.0.0", Complexity = "O(N) where N is the number of channels to subscribe to." },
        new("unsubscribe", -1, Listening, KeySpec.None, Unsubscribe) { Summary = "Stops listening to messages posted to channels.", Since = "2.0.0", Complexity = "O(N) where N is the number of channels to unsubscribe." },
        new("psubscribe", -2, Listening, KeySpec.None, PatternSubscribe) { Channels = ChannelUse.ListensToPatterns, Summary = "Listens for messages published to channels that match one or more patterns.", Since = "2.0.0", Complexity = "O(N) where N is the number of patterns to subscribe to." },
        new("punsubscribe", -1, Listening, KeySpec.None, PatternUnsubscribe) { Summary = "Stops listening to messages published to channels that match one or more patterns.", Since = "2.0.0", Complexity = "O(N) where N is the number of patterns to unsubscribe." },
        new("ssubscribe", -2, Listening, KeySpec.None, ShardSubscribe) { Channels = ChannelUse.Listens, Summary = "Listens for messages published to shard channels.", SlotKeys = KeySpec.All, Since = "7.0.0", Complexity = "O(N) where N is the number of shard channels to subscribe to." },
        new("sunsubscribe", -1, Listening, KeySpec.None, ShardUnsubscribe) { Summary = "Stops listening to messages posted to shard channels.", SlotKeys = KeySpec.All, Since = "7.0.0", Complexity = "O(N) where N is the number of shard channels to unsubscribe." },
        new("publish", 3, Sending, KeySpec.None, Publish) { Channels = ChannelUse.Publishes, Summary = "Posts a message to a channel.", Since = "2.0.0", Complexity = "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the number of patterns subscribed to" },
        new("spublish", 3, Sending, KeySpec.None, ShardPublish) { Channels = ChannelUse.Publishes, Summary = "Posts a message to a shard channel.", SlotKeys = KeySpec.One, Since = "7.0.0", Complexity = "O(N) where N is the number of clients subscribed to the receiving shard channel." },
        new("monitor", 1, Admin | NoScript | Loading | Stale, KeySpec.None, Monitor) { Summary = "Listens for all requests received by the server in real time." },
        PubSubQueries.Container,
    ]);

    private static void Subscribe(ref CommandCall call) => Add(ref call, SubscriptionKind.Channel, "subscribe");

    private static void PatternSubscribe(ref CommandCall call) => Add(ref call, SubscriptionKind.Pattern, "psubscribe");

    // A configuration that came between the router's look at the slot and the entry in the table is looked at again in the session's next turn.
    private static void ShardSubscribe(ref CommandCall call)
    {
        Add(ref call, SubscriptionKind.ShardChannel, "ssubscribe");
        if (call.Engine.Cluster is { IsReal: true } cluster && cluster.View.Refusal(KeySlot.Of(call.Args[1]), mayRead: true) is not null)
            call.Client.Session.LookAtShardChannels();
    }

    private static void Unsubscribe(ref CommandCall call) => Remove(ref call, SubscriptionKind.Channel, "unsubscribe");

    private static void PatternUnsubscribe(ref CommandCall call) => Remove(ref call, SubscriptionKind.Pattern, "punsubscribe");

    private static void ShardUnsubscribe(ref CommandCall call) => Remove(ref call, SubscriptionKind.ShardChannel, "sunsubscribe");

    // Nodes do not speak to each other: a message would reach the subscribers of one node and nobody would know.
    private static void Publish(ref CommandCall call)
    {
        if (call.Engine.Cluster is { IsReal: true })
            call.Reply.Error("ERR PUBLISH is not supported in cluster mode: it would reach the clients of this node only. Use SPUBLISH.");
        else
            call.Reply.Integer(call.Engine.PubSub.Publish(call.Args[1], call.Args[2]));
    }

    private static void ShardPublish(ref CommandCall call) => call.Reply.Integer(call.Engine.PubSub.PublishToShard(call.Args[1], call.Args[2]));

    private static void Monitor(ref CommandCall call)
    {
        if (call.IsNested)
        {
            call.Reply.Error("ERR MONITOR isn't allowed for DENY BLOCKING client");
            return;
        }

        call.Reply.Ok();
        call.Engine.Monitors.Add(call.Client.Session);
    }

    private static void Add(ref CommandCall call, SubscriptionKind kind, string word)
    {
        Subscriptions subscriptions = call.Client.Session.Subscriptions;
        for (int i = 1; i < call.Count; i++)
        {
            byte[] name = call.Args[i].ToArray();
            subscriptions.Add(kind, name);
            Confirm(ref call, word, name, subscriptions.CountFor(kind));
        }
    }

    // Without names all are meant; who listens to none gets one confirmation without a name.
    private static void Remove(ref CommandCall call, SubscriptionKind kind, string word)
    {
        Subscriptions subscriptions = call.Client.Session.Subscriptions;
        byte[][] names = call.Count == 1 ? subscriptions.Names(kind) : new byte[call.Count - 1][];
        for (int i = 1; i < call.Count; i++)
            names[i - 1] = call.Args[i].ToArray();
        foreach (byte[] name in names)
        {
            subscriptions.Remove(kind, name);
            Confirm(ref call, word, name, subscriptions.CountFor(kind));
        }

        if (names.Length == 0)
            Confirm(ref call, word, null, subscriptions.CountFor(kind));
    }

    private static void Confirm(ref CommandCall call, string word, byte[]? name, int count)
    {
        call.Reply.Push(3);
        call.Reply.Bulk(word);
        if (name is null)
            call.Reply.Null();
        else
            call.Reply.Bulk(name);
        call.Reply.Integer(count);
    }
}
