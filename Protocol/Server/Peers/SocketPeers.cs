using System.Net.Sockets;
using DragonflyFlow.Pipeline.Peers;

namespace DragonflyFlow.Protocol.Server.Peers;

/// <summary>Other nodes over TCP.</summary>
internal sealed class SocketPeers(TimeProvider time) : IPeerNetwork
{
    /// <inheritdoc />
    public async Task<IPeerLink> ConnectAsync(string host, int port, TimeSpan deadline)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using CancellationTokenSource late = new(deadline, time);
        try
        {
            await socket.ConnectAsync(host, port, late.Token);
            return new Link(socket);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw new TimeoutException($"{host}:{port} did not answer within {deadline.TotalMilliseconds} ms");
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException($"{host}:{port} cannot be reached: {refused.Message}", refused);
        }
    }

    // Disposing a socket ends what is under way on it: the completions run, and find it gone.
    private sealed class Link(Socket socket) : IPeerLink
    {
        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            try
            {
                return await socket.ReceiveAsync(into);
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                throw new IOException($"the connection is broken: {broken.Message}", broken);
            }
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                while (!bytes.IsEmpty)
                    bytes = bytes[await socket.SendAsync(bytes)..];
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                throw new IOException($"the connection is broken: {broken.Message}", broken);
            }
        }

        public void Abort() => socket.Dispose();

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
