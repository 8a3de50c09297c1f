// Owner: the session's turn; the counts are read by others for CLIENT LIST.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>What one client listens to.</summary>
internal sealed class Subscriptions(PubSubHub hub, Session session)
{
    private readonly HashSet<byte[]> _channels = new(KeyBytes.Comparer);
    private readonly HashSet<byte[]> _patterns = new(KeyBytes.Comparer);
    private readonly HashSet<byte[]> _shardChannels = new(KeyBytes.Comparer);

    /// <summary>Channels.</summary>
    public int Channels => _channels.Count;

    /// <summary>Patterns.</summary>
    public int Patterns => _patterns.Count;

    /// <summary>Shard channels.</summary>
    public int ShardChannels => _shardChannels.Count;

    /// <summary>Whether it listens to anything: with RESP2 most commands are refused then.</summary>
    public bool Any { get; private set; }

    /// <summary>The names of one kind, as they are now.</summary>
    public byte[][] Names(SubscriptionKind kind) => [.. SetOf(kind)];

    /// <summary>The number that a confirmation shows.</summary>
    public int CountFor(SubscriptionKind kind) => kind == SubscriptionKind.ShardChannel ? ShardChannels : Channels + Patterns;

    /// <summary>Listens; nothing happens if it does already.</summary>
    public void Add(SubscriptionKind kind, byte[] name)
    {
        if (SetOf(kind).Add(name))
            TableOf(kind).Add(name, session);
        Any = true;
    }

    /// <summary>Listens no more.</summary>
    public void Remove(SubscriptionKind kind, byte[] name)
    {
        if (SetOf(kind).Remove(name))
            TableOf(kind).Remove(name, session);
        Any = Channels + Patterns + ShardChannels > 0;
    }

    /// <summary>Ends all: RESET, the end of the connection.</summary>
    public void Clear()
    {
        foreach (SubscriptionKind kind in Enum.GetValues<SubscriptionKind>())
        {
            foreach (byte[] name in Names(kind))
                Remove(kind, name);
        }
    }

    /// <summary>Ends those to shard channels whose slots this node does not serve any more, and tells the client; false if there are none.</summary>
    public bool DropLost(ClusterView view, ReplyBuffer output)
    {
        bool any = false;
        foreach (byte[] name in Names(SubscriptionKind.ShardChannel))
        {
            if (view.Refusal(KeySlot.Of(name), mayRead: true) is null)
                continue;
            Remove(SubscriptionKind.ShardChannel, name);
            output.Push(3);
            output.Bulk("sunsubscribe");
            output.Bulk(name);
            output.Integer(ShardChannels);
            any = true;
        }

        return any;
    }

    private HashSet<byte[]> SetOf(SubscriptionKind kind) => kind switch
    {
        SubscriptionKind.Channel => _channels,
        SubscriptionKind.Pattern => _patterns,
        _ => _shardChannels,
    };

    private SubscriberTable TableOf(SubscriptionKind kind) => kind switch
    {
        SubscriptionKind.Channel => hub.Channels,
        SubscriptionKind.Pattern => hub.Patterns,
        _ => hub.ShardChannels,
    };
}

/// <summary>The three things one can listen to.</summary>
internal enum SubscriptionKind
{
    /// <summary>SUBSCRIBE.</summary>
    Channel,

    /// <summary>PSUBSCRIBE.</summary>
    Pattern,

    /// <summary>SSUBSCRIBE.</summary>
    ShardChannel,
}
