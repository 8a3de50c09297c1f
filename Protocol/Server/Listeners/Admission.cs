using System.Net;
using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Server.Io;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Listeners;

/// <summary>Decides whether an accepted socket becomes a connection, and makes it one. Any thread.</summary>
internal sealed class Admission(ConfigStore config, ConnectionSet connections, IIoEngine engine, SessionOpener open, Func<bool> needsPassword, ILogger log)
{
    // Redis's own words, so that clients and people recognise them.
    private const string Protected =
        "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections " +
        "are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following " +
        "solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis " +
        "from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to " +
        "make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the " +
        "protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the " +
        "'--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in " +
        "order for the server to start accepting connections from the outside.\r\n";

    /// <summary>Serves the socket or turns it away; in both cases it is taken care of.</summary>
    public void Admit(Socket socket)
    {
        try
        {
            if (!connections.TryAdd(out Connection? connection, out string? refusal))
                TurnAway(socket, refusal);
            else if (IsProtectedFrom(socket))
                TurnAway(connection, socket, Protected);
            else
                Serve(connection, socket);
        }
        catch (Exception failed) when (failed is SocketException or ObjectDisposedException or System.ComponentModel.Win32Exception)
        {
            // The peer has gone already, or the process is out of descriptors.
            ServerLog.AdmissionFailed(log, failed.Message);
            socket.Dispose();
        }
    }

    private void Serve(Connection connection, Socket socket)
    {
        bool served = false;
        try
        {
            if (socket.AddressFamily != AddressFamily.Unix)
                Configure(socket);
            connection.Compose(open(connection, PeerOf(socket)));
            engine.Attach(connection, socket);
            served = true;
        }
        finally
        {
            if (!served)
                connections.Remove(connection);
        }
    }

    private void TurnAway(Connection connection, Socket socket, string refusal)
    {
        connections.Remove(connection);
        TurnAway(socket, refusal);
    }

    // What a socket's buffer does not take at once is not worth waiting for.
    private static void TurnAway(Socket socket, string? refusal)
    {
        using (socket)
        {
            socket.Blocking = false;
            if (refusal is not null)
                socket.Send(Encoding.ASCII.GetBytes(refusal), SocketFlags.None, out _);
        }
    }

    private bool IsProtectedFrom(Socket socket) =>
        config.Get(StoreOptions.ProtectedMode) && !needsPassword()
        && socket.RemoteEndPoint is IPEndPoint { Address: { } peer } && !IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer);

    private void Configure(Socket socket)
    {
        socket.NoDelay = true;
        int seconds = config.GetInt(StoreOptions.TcpKeepAlive);
        if (seconds == 0)
            return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, seconds / 3));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private static SessionPeer PeerOf(Socket socket) => socket.LocalEndPoint is UnixDomainSocketEndPoint unix
        ? new SessionPeer($"{unix}:0", $"{unix}:0")
        : new SessionPeer(socket.RemoteEndPoint?.ToString() ?? "?:0", socket.LocalEndPoint?.ToString() ?? "?:0");
}
