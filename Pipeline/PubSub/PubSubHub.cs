// Any thread; see SubscriberTable for the rule. A publisher hands a message to each subscriber's own queue (Session.Push) and goes on: what one publisher sends
// arrives in its order, and a slow subscriber holds up nobody.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>Channels, patterns and shard channels of the store, and who listens.</summary>
internal sealed class PubSubHub
{
    /// <summary>SUBSCRIBE.</summary>
    public SubscriberTable Channels { get; } = new();

    /// <summary>PSUBSCRIBE.</summary>
    public SubscriberTable Patterns { get; } = new();

    /// <summary>SSUBSCRIBE.</summary>
    public SubscriberTable ShardChannels { get; } = new();

    /// <summary>Sends a message to all who listen to the channel or to a pattern it matches; returns how many those are.</summary>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        int receivers = Send(Channels, "message", channel, message);
        if (Patterns.IsEmpty)
            return receivers;
        foreach ((byte[] pattern, Session[] sessions) in Patterns.All)
        {
            if (!GlobPattern.IsMatch(pattern, channel))
                continue;
            new Publication("pmessage", pattern, channel, message).SendTo(sessions);
            receivers += sessions.Length;
        }

        return receivers;
    }

    /// <summary>As <see cref="Publish"/>, to those who listen to the shard channel.</summary>
    public int PublishToShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message) => Send(ShardChannels, "smessage", channel, message);

    private static int Send(SubscriberTable table, string kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        if (table.IsEmpty)
            return 0;
        Session[] sessions = table.Of(channel);
        if (sessions.Length > 0)
            new Publication(kind, default, channel, message).SendTo(sessions);
        return sessions.Length;
    }
}
