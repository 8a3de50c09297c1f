using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Tests.Support;

/// <summary>A real redis-server on a free loopback port, in an empty directory of its own, without persistence. Stopped by its process id on dispose.</summary>
internal sealed class RedisServerPeer : IAsyncDisposable
{
    private const int StartAttemptsMax = 5;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _directory;

    private RedisServerPeer(Process process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Where it listens.</summary>
    internal IPEndPoint EndPoint { get; }

    /// <summary>The Unix socket it listens on too.</summary>
    internal string UnixSocketPath => Path.Combine(_directory, "redis.sock");

    /// <summary>Its process id, for tests that end it on purpose.</summary>
    internal int ProcessId => _process.Id;

    internal static async Task<RedisServerPeer> StartAsync(string program, params string[] extraArguments)
    {
        // Between finding a free port and listening on it another process may take it: then the server ends at once and another port is tried.
        for (int attempt = 1; ; attempt++)
        {
            RedisServerPeer peer = Launch(program, FreePort(), extraArguments);
            if (await peer.AnswersPingAsync())
                return peer;

            string output = peer._process.HasExited ? await peer._process.StandardOutput.ReadToEndAsync() : "no answer to PING";
            await peer.DisposeAsync();
            if (attempt == StartAttemptsMax)
                throw new InvalidOperationException($"redis-server did not start: {output}");
        }
    }

    /// <summary>Sends bytes on a new connection and returns what comes back, until there are <paramref name="replyBytesMin"/> bytes or the server closes.</summary>
    internal async Task<byte[]> ExchangeAsync(ReadOnlyMemory<byte> request, int replyBytesMin = int.MaxValue, CancellationToken cancel = default)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint, cancel);
        await socket.SendAsync(request, cancel);
        using MemoryStream received = new();
        byte[] buffer = new byte[16384];
        while (received.Length < replyBytesMin)
        {
            int count = await socket.ReceiveAsync(buffer, cancel);
            if (count == 0)
                break;
            await received.WriteAsync(buffer.AsMemory(0, count), cancel);
        }

        return received.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static RedisServerPeer Launch(string program, int port, string[] extraArguments)
    {
        string directory = Directory.CreateTempSubdirectory("dflow-redis-").FullName;
        ProcessStartInfo start = new(program) { WorkingDirectory = directory, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no",
            "--dir", directory, "--unixsocket", Path.Combine(directory, "redis.sock"), "--loglevel", "warning", .. extraArguments,
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new RedisServerPeer(Process.Start(start)!, directory, port);
    }

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task<bool> AnswersPingAsync()
    {
        using CancellationTokenSource deadline = new(StartDeadline);
        while (!_process.HasExited && !deadline.IsCancellationRequested)
        {
            try
            {
                // A server with a password answers too: with an error.
                byte[] reply = await ExchangeAsync("PING\r\n"u8.ToArray(), 1, deadline.Token);
                if (reply is [(byte)'+' or (byte)'-', ..])
                    return true;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }

        return false;
    }
}
