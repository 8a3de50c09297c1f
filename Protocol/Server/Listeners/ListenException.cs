namespace DragonflyFlow.Protocol.Server.Listeners;

/// <summary>An endpoint cannot be listened on; the message says which and why, in one line.</summary>
internal sealed class ListenException(string message, Exception? cause = null) : Exception(message.ReplaceLineEndings(" "), cause);
