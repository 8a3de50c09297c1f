namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>What a completion ends; the low bits of its number.</summary>
internal enum UringOperation
{
    /// <summary>A receive of a transport.</summary>
    Receive,

    /// <summary>A send of a transport.</summary>
    Send,

    /// <summary>The look for a transport's peer that goes.</summary>
    Peer,

    /// <summary>Another thread's signal to the loop.</summary>
    WakeUp,
}
