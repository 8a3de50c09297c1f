using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Differential;

/// <summary>A connection to a redis-server and a client of a store of ours, which get the same commands.</summary>
internal sealed class TwoStores : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket _socket;
    private readonly int _shards;
    private byte[] _buffer = new byte[1 << 16];
    private InProcessClient _ours;

    internal TwoStores(RedisServerPeer redis, int shards)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        _socket.Connect(redis.EndPoint);
        _shards = shards;
        _ours = new InProcessClient(shards);
    }

    /// <summary>Both empty, and the connections as new.</summary>
    internal void Clear()
    {
        AskTheirs([["RESET"], ["FLUSHALL"]]);
        _ours.Dispose();
        _ours = new InProcessClient(_shards);
    }

    /// <summary>Sends commands to both, in one piece, and returns what they answered.</summary>
    internal IEnumerable<Exchange> AskBoth(IReadOnlyList<string[]> commands)
    {
        List<string> ours = ReplyText.Split(_ours.Send(Encode(commands)));
        List<string> theirs = AskTheirs(commands);
        Assert.IsNull(_ours.ClosedBecause, $"our side closed the connection after {Exchange.Quoted(commands[^1])}");
        Assert.HasCount(commands.Count, theirs, "replies of redis");
        if (ours.Count != commands.Count)
            return [new Exchange(commands[^1], $"+{theirs.Count} replies to {commands.Count} commands\r\n", $"+{ours.Count} replies\r\n")];
        return commands.Select((command, i) => new Exchange(command, theirs[i], ours[i]));
    }

    internal Exchange AskBoth(string[] command) => AskBoth([command]).Single();

    internal string Theirs(string[] command) => AskTheirs([command])[0];

    internal string Ours(string[] command) => _ours.Execute(command);

    public void Dispose()
    {
        _ours.Dispose();
        _socket.Dispose();
    }

    private List<string> AskTheirs(IReadOnlyList<string[]> commands)
    {
        _socket.Send(Encode(commands));
        List<string> replies = [];
        RespFrameScanner scanner = new(RespLimits.Default);
        int start = 0, end = 0;
        while (replies.Count < commands.Count)
        {
            if (end == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            int count = _socket.Receive(_buffer.AsSpan(end));
            if (count == 0)
                throw new InvalidOperationException($"redis-server closed the connection after: {Exchange.Quoted(commands[^1])}");
            end += count;
            while (start < end && scanner.TryScan(_buffer.AsSpan(start, end - start), out int length))
            {
                replies.Add(Encoding.Latin1.GetString(_buffer, start, length));
                start += length;
            }
        }

        return replies;
    }

    private static byte[] Encode(IReadOnlyList<string[]> commands)
    {
        using MemoryStream all = new();
        foreach (string[] command in commands)
            all.Write(InProcessClient.Request(Array.ConvertAll(command, Encoding.Latin1.GetBytes)));
        return all.ToArray();
    }
}
