using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>One way to move bytes between sockets and connections. It brings events to connections; what they do with them is the same for all engines.</summary>
internal interface IIoEngine : IDisposable
{
    /// <summary>Name for logs and INFO, as option io_engine has it.</summary>
    string Name { get; }

    /// <summary>Starts the threads, if the engine has its own.</summary>
    void Start();

    /// <summary>Serves <paramref name="socket"/>, which is connected, for <paramref name="connection"/>, and gives it its first turn. Any thread.</summary>
    void Attach(Connection connection, Socket socket);
}
