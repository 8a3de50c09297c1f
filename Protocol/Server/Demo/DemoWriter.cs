// Owner: the task that runs it; Written is read by anybody.

using System.Globalization;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Server.Demo;

/// <summary>A client that counts in keys of all slots while they move, follows redirections, and knows what each key must hold.</summary>
internal sealed class DemoWriter(IReadOnlyList<DemoNode> nodes)
{
    private const int Counters = 500;

    private readonly long[] _counts = new long[Counters];
    private readonly int[] _portOfSlot = new int[KeySlot.Count];
    private readonly Dictionary<int, (IPeerLink Link, PeerConversation Conversation)> _connections = [];
    private volatile bool _stopped;
    private long _written;

    /// <summary>Commands that were answered.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Redirections that were followed.</summary>
    public long Redirections { get; private set; }

    /// <summary>The longest that a command took, in milliseconds.</summary>
    public double LongestMs { get; private set; }

    /// <summary>Counts until it is stopped.</summary>
    public async Task RunAsync()
    {
        for (int i = 0; !_stopped; i = (i + 1) % Counters)
        {
            long began = TimeProvider.System.GetTimestamp();
            RespValue reply = await AskAsync(KeyOf(i), "INCR");
            LongestMs = Math.Max(LongestMs, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            _counts[i]++;
            if (reply.Integer != _counts[i])
                throw new InvalidOperationException($"{KeyOf(i)} is {reply.Integer}, not {_counts[i]}");
            Interlocked.Increment(ref _written);
        }
    }

    /// <summary>Ends it after the command under way.</summary>
    public void Stop() => _stopped = true;

    /// <summary>How many counters do not hold what they must.</summary>
    public async Task<int> CheckAsync()
    {
        int wrong = 0;
        for (int i = 0; i < Counters; i++)
        {
            RespValue reply = await AskAsync(KeyOf(i), "GET");
            wrong += _counts[i] == 0 || reply.Text == _counts[i].ToString(CultureInfo.InvariantCulture) ? 0 : 1;
        }

        foreach ((IPeerLink link, _) in _connections.Values)
            await link.DisposeAsync();
        return wrong;
    }

    /// <summary>Counters that have been written.</summary>
    public int Keys => _counts.Count(count => count > 0);

    private static string KeyOf(int counter) => string.Create(CultureInfo.InvariantCulture, $"counter:{counter}");

    private async Task<RespValue> AskAsync(string key, string command)
    {
        int slot = KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key));
        while (true)
        {
            int port = _portOfSlot[slot] == 0 ? nodes[0].Port : _portOfSlot[slot];
            if (!_connections.TryGetValue(port, out (IPeerLink Link, PeerConversation Conversation) connection))
            {
                IPeerLink link = await DemoNode.ConnectAsync(port);
                _connections[port] = connection = (link, new PeerConversation(link, TimeProvider.System));
            }

            RespValue reply = await connection.Conversation.AskAsync([command, key], TimeSpan.FromSeconds(30));
            if (!reply.IsError)
                return reply;
            if (reply.Text.StartsWith("TRYAGAIN", StringComparison.Ordinal))
            {
                await Task.Delay(1);
                continue;
            }

            if (!reply.Text.StartsWith("MOVED", StringComparison.Ordinal))
                throw new InvalidOperationException($"{command} {key}: {reply.Text}");
            Redirections++;
            _portOfSlot[slot] = int.Parse(reply.Text[(reply.Text.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }
    }
}
