// Owner: the client's session in its turn. Other threads read Options and IsOver and set IsRedirectBroken; each KeyShare belongs to its shard.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>One client's tracking, from CLIENT TRACKING ON to OFF or to the end of the connection. What comes after an end is another object.</summary>
internal sealed class ClientTracking(ClientContext client, int shards)
{
    private readonly KeyShare?[] _shares = new KeyShare?[shards];
    private volatile TrackingOptions _options = new();
    private volatile bool _isRedirectBroken;
    private volatile bool _isOver;

    /// <summary>The client that reads.</summary>
    public ClientContext Client => client;

    /// <summary>What it asks for.</summary>
    public TrackingOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>BCAST: the prefixes it is told of, in order.</summary>
    public SortedSet<byte[]> Prefixes { get; } = new(ByteOrder.Comparer);

    /// <summary>Whether the client it redirects to has gone.</summary>
    public bool IsRedirectBroken
    {
        get => _isRedirectBroken;
        set => _isRedirectBroken = value;
    }

    /// <summary>Whether it has ended: what shards still hold of it means nothing.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>CLIENT CACHING has been given and holds for the next command.</summary>
    public bool IsCachingGiven { get; set; }

    /// <summary>The keys it has read on this shard. Called by the shard's owner.</summary>
    public KeyShare ShareOf(int shard) => _shares[shard] ??= new KeyShare(this);

    /// <summary>Whether the keys of a reading command are remembered.</summary>
    public bool Remembers(bool cachingGiven)
    {
        TrackingOptions options = Options;
        return !options.IsBroadcast && (!options.IsOptIn || cachingGiven) && !(options.IsOptOut && cachingGiven);
    }

    /// <summary>
    /// The command takes what CLIENT CACHING has given. It holds for one command, but for a whole MULTI, and other CLIENT commands do not use it up.
    /// </summary>
    public bool TakeCaching(CommandDescriptor command, bool isInMulti)
    {
        bool opens = command.Name == "multi" || (isInMulti && command.Name is not ("exec" or "discard" or "reset"));
        if (!opens && !command.FullName.StartsWith("client|", StringComparison.Ordinal))
            IsCachingGiven = false;
        return true;
    }
}
