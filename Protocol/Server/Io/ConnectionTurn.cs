using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>The one message of a connection's block: there is something to do. What, is in the connection's signals.</summary>
internal sealed class ConnectionTurn : BlockMessage;
