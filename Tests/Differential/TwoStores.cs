using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Differential;

/// <summary>A connection to a redis-server and a client of a store of ours, which get the same commands.</summary>
internal sealed class TwoStores : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Mark = ["ECHO", "end of these replies"];
    private static readonly byte[] MarkReply = "$20\r\nend of these replies\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly int _shards;
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
        _socket.Send(Encode([.. commands, Mark]));
        using MemoryStream received = new();
        while (!received.GetBuffer().AsSpan(0, (int)received.Length).EndsWith(MarkReply))
        {
            int count = _socket.Receive(_buffer);
            if (count == 0)
                throw new InvalidOperationException($"redis-server closed the connection after: {Exchange.Quoted(commands[^1])}");
            received.Write(_buffer, 0, count);
        }

        List<string> replies = ReplyText.Split(received.ToArray());
        replies.RemoveAt(replies.Count - 1);
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
