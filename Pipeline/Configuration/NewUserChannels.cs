namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Which channels a new user may use (Redis's acl-pubsub-default).</summary>
public enum NewUserChannels
{
    /// <summary>None.</summary>
    ResetChannels,

    /// <summary>All.</summary>
    AllChannels,
}
