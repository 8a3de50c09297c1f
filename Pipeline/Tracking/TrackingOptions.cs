namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>What a client has asked for with CLIENT TRACKING ON. Replaced as a whole, so that other threads see options that belong together.</summary>
internal sealed record TrackingOptions
{
    /// <summary>The client that gets the messages; 0 = the client itself.</summary>
    public long Redirect { get; init; }

    /// <summary>BCAST: told of all keys with its prefixes, whether it has read them or not.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>OPTIN: only keys of commands behind CLIENT CACHING YES.</summary>
    public bool IsOptIn { get; init; }

    /// <summary>OPTOUT: all but keys of commands behind CLIENT CACHING NO.</summary>
    public bool IsOptOut { get; init; }

    /// <summary>NOLOOP: not told of what it changes itself.</summary>
    public bool IsNoLoop { get; init; }
}
