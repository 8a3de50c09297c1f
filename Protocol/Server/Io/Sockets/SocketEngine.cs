using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Io.Sockets;

/// <summary>
/// Everywhere: the framework's sockets, whose threads run the turns, because Main asked for inline completions. Nothing in a turn waits, so no thread of
/// theirs is held up.
/// </summary>
internal sealed class SocketEngine : IIoEngine
{
    public string Name => "sockets";

    public void Start()
    {
        // The framework starts its threads with the first socket.
    }

    public void Attach(Connection connection, Socket socket)
    {
        socket.Blocking = false;
        connection.Begin(new SocketTransport(socket, connection));
    }

    public void Dispose()
    {
    }
}
