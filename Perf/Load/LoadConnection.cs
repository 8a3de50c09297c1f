using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Perf.Load;

/// <summary>One client of a server on the loopback interface: sends a batch of requests and awaits as many replies.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ReplySkimmer _skimmer = new();
    private readonly byte[] _received = new byte[16384];

    /// <summary>Connects.</summary>
    public static async Task<LoadConnection> ConnectAsync(int port, CancellationToken cancellation)
    {
        LoadConnection connection = new();
        try
        {
            await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends <paramref name="requests"/> and returns when <paramref name="replies"/> replies have come. An error reply throws.</summary>
    public async Task ExchangeAsync(ReadOnlyMemory<byte> requests, int replies, CancellationToken cancellation)
    {
        long target = _skimmer.Replies + replies;
        for (ReadOnlyMemory<byte> rest = requests; !rest.IsEmpty;)
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellation)..];
        while (_skimmer.Replies < target)
        {
            int bytes = await _socket.ReceiveAsync(_received, SocketFlags.None, cancellation);
            if (bytes == 0)
                throw new IOException("The server closed the connection.");
            _skimmer.Feed(_received.AsSpan(0, bytes));
        }

        if (_skimmer.FirstError is { } error)
            throw new InvalidOperationException($"The server answered: {error}");
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
