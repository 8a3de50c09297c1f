using System.Net.Sockets;
using System.Text;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// The same commands to a redis-server and to a store in process, replies compared byte for byte. Text is Latin-1 both ways. Where Redis 7.2 differs from
/// the installed server, or a reply is free (times, random picks, order of a set), a test asks one side only.
/// </summary>
internal sealed class SideBySide : IAsyncDisposable
{
    private const string Mark = "side-by-side-mark";
    private static readonly byte[] MarkRequest = InProcessClient.Request(["ECHO"u8.ToArray(), Encoding.ASCII.GetBytes(Mark)]);
    private static readonly byte[] MarkReply = Encoding.ASCII.GetBytes($"${Mark.Length}\r\n{Mark}\r\n");

    private readonly RedisServerPeer _peer;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[1 << 20];

    private SideBySide(RedisServerPeer peer, int shards)
    {
        _peer = peer;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(peer.EndPoint);
        Ours = new InProcessClient(shards);
    }

    internal InProcessClient Ours { get; }

    internal static async Task<SideBySide> StartAsync(int shards = 1, params string[] theirArguments)
        => new(await Peers.StartRedisAsync(theirArguments), shards);

    /// <summary>Runs a command on both sides and returns the reply they agree on.</summary>
    internal string Check(params string[] args)
    {
        string expected = Theirs(args);
        string actual = Ours.Execute(args);
        Assert.AreEqual(expected, actual, Shown(args));
        return actual;
    }

    /// <summary>As <see cref="Check"/>, several lines of words with spaces between.</summary>
    internal void CheckLines(string lines)
    {
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            Check(line.Split(' ').Select(word => word == "''" ? "" : word).ToArray());
    }

    /// <summary>As <see cref="CheckLines"/>, once with RESP2 and once with RESP3. The lines have to end where they began.</summary>
    internal void CheckInBothProtocols(string lines)
    {
        CheckLines(lines);
        UseProtocol("3");
        CheckLines(lines);
        UseProtocol("2");
    }

    /// <summary>Runs a command on the redis-server only.</summary>
    internal string Theirs(params string[] args)
    {
        _socket.Send(InProcessClient.Request(Array.ConvertAll(args, Encoding.Latin1.GetBytes)));
        _socket.Send(MarkRequest);
        using MemoryStream received = new();
        while (!received.GetBuffer().AsSpan(0, (int)received.Length).EndsWith(MarkReply))
        {
            int count = _socket.Receive(_buffer);
            if (count == 0)
                throw new InvalidOperationException("redis-server closed the connection after: " + Shown(args));
            received.Write(_buffer, 0, count);
        }

        return Encoding.Latin1.GetString(received.GetBuffer(), 0, (int)received.Length - MarkReply.Length);
    }

    public async ValueTask DisposeAsync()
    {
        Ours.Dispose();
        _socket.Dispose();
        await _peer.DisposeAsync();
    }

    // The greetings differ: names and versions.
    private void UseProtocol(string version)
    {
        Theirs("HELLO", version);
        Ours.Execute("HELLO", version);
    }

    private static string Shown(string[] args) => string.Join(' ', args.Select(arg => arg.Length > 80 ? arg[..80] + "..." : arg));
}
