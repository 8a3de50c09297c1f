namespace DragonflyFlow.Pipeline.Commands;

/// <summary>What a command does with the channels among its arguments.</summary>
public enum ChannelUse
{
    /// <summary>It has none that anybody could be denied.</summary>
    None,

    /// <summary>It sends to the one that is its first argument.</summary>
    Publishes,

    /// <summary>It listens to all its arguments.</summary>
    Listens,

    /// <summary>It listens to all its arguments, which are patterns.</summary>
    ListensToPatterns,
}
