namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Whether a client is answered (CLIENT REPLY). Messages nobody asked for are sent in every mode.</summary>
public enum ReplyMode
{
    /// <summary>Every command is answered.</summary>
    On,

    /// <summary>No command is answered.</summary>
    Off,

    /// <summary>The next command is not answered.</summary>
    SkipNext,

    /// <summary>The command that is being run is not answered; from the next on it is on again.</summary>
    Skipping,
}
