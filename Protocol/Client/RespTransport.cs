using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Client;

/// <summary>Opens the byte stream below a client: TCP or Unix socket, plain or TLS; or the socket itself.</summary>
public static class RespTransport
{
    /// <summary>Connects, and waits for it.</summary>
    public static Socket Connect(EndPoint endPoint)
    {
        Socket socket = NewSocket(endPoint);
        try
        {
            socket.Connect(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static async Task<Stream> ConnectAsync(EndPoint endPoint, SslClientAuthenticationOptions? tls, CancellationToken cancel)
    {
        Socket socket = NewSocket(endPoint);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(endPoint, cancel);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is null)
                return stream;

            SslStream secured = new(stream);
            stream = secured;
            await secured.AuthenticateAsClientAsync(tls, cancel);
            return secured;
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    internal static Socket NewSocket(EndPoint endPoint) => endPoint switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
        _ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
    };
}
