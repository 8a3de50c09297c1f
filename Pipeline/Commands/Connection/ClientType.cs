namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>Redis's classes of clients (CLIENT LIST TYPE, CLIENT KILL TYPE).</summary>
internal enum ClientType
{
    /// <summary>Commands and replies.</summary>
    Normal,

    /// <summary>Listens to channels.</summary>
    PubSub,

    /// <summary>The link to a master.</summary>
    Master,

    /// <summary>A replica.</summary>
    Replica,
}
