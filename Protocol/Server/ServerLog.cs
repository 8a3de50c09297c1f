using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server;

/// <summary>Every line the server logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Debug, "connection {Id} closes: {Reason}")]
    public static partial void ConnectionClosing(ILogger log, long id, string reason);

    [LoggerMessage(LogLevel.Critical, "connection {Id} is closed because of a bug in the server")]
    public static partial void ConnectionBug(ILogger log, long id, Exception bug);

    [LoggerMessage(LogLevel.Debug, "a new connection could not be served: {Reason}")]
    public static partial void AdmissionFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "cannot accept a connection: {Reason}")]
    public static partial void AcceptFailed(ILogger log, string reason);
}
