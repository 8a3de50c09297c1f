using System.Buffers.Text;
using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>Which of two nodes has a slot, as far as clients have been told; shared by the clients of one thread.</summary>
internal sealed class SlotOwners(int source, int target)
{
    private readonly byte[] _nodeOf = new byte[KeySlot.Count];

    /// <summary>The nodes' ports.</summary>
    public IReadOnlyList<int> Ports { get; } = [source, target];

    /// <summary>Redirections that were followed.</summary>
    public long Redirections { get; set; }

    /// <summary>The node to ask.</summary>
    public int this[int slot]
    {
        get => _nodeOf[slot];
        set => _nodeOf[slot] = (byte)value;
    }
}

/// <summary>A blocking client of both nodes with one command under way, which it takes where it is sent to: MOVED, ASK. One thread.</summary>
internal sealed class FollowingClient : IDisposable
{
    private const int HopsMax = 100;

    private readonly SlotOwners _owners;
    private readonly TimeProvider _time;
    private readonly PipelineConnection[] _nodes;
    private byte[] _request = [];
    private int _length;
    private int _slot;
    private int _asked;
    private long _sentAt;

    /// <summary>Connects to both.</summary>
    public FollowingClient(SlotOwners owners, TimeProvider time)
    {
        _owners = owners;
        _time = time;
        _nodes = [.. owners.Ports.Select(static port => new PipelineConnection(new IPEndPoint(IPAddress.Loopback, port)))];
    }

    /// <summary>Whether a command waits for its answer.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Sends a command to the node that is thought to have its slot.</summary>
    public void Send(KeyRequest request)
    {
        _length = request.Bytes.Length;
        if (_request.Length < _length)
            _request = new byte[_length];
        request.Bytes.CopyTo(_request);
        _slot = request.Slot;
        _asked = _owners[_slot];
        _sentAt = _time.GetTimestamp();
        _nodes[_asked].Send(request.Bytes);
        IsUnderWay = true;
    }

    /// <summary>Waits for the answer, wherever it has to be fetched, and counts how long it took since <see cref="Send"/>.</summary>
    /// <exception cref="InvalidOperationException">The answer is an error.</exception>
    public void Receive(LatencyHistogram latency)
    {
        for (int hops = 0; ; hops++)
        {
            ReadOnlySpan<byte> reply = _nodes[_asked].ReceiveReply();
            if (reply[0] != (byte)'-')
                break;
            if (hops == HopsMax || !TryFollow(reply))
                throw new InvalidOperationException($"a command was answered by an error: {System.Text.Encoding.UTF8.GetString(reply).Trim()}");
        }

        latency.RecordNs((long)_time.GetElapsedTime(_sentAt).TotalNanoseconds);
        IsUnderWay = false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PipelineConnection node in _nodes)
            node.Dispose();
    }

    // -MOVED slot host:port, -ASK slot host:port; TRYAGAIN is for commands of several keys.
    private bool TryFollow(ReadOnlySpan<byte> error)
    {
        bool isAsk = error.StartsWith("-ASK "u8);
        if (!isAsk && !error.StartsWith("-MOVED "u8))
            return false;
        if (!Utf8Parser.TryParse(error[(error.LastIndexOf((byte)':') + 1)..], out int port, out _))
            return false;
        _asked = port == _owners.Ports[0] ? 0 : 1;
        _owners.Redirections++;
        if (isAsk)
        {
            _nodes[_asked].Send("*1\r\n$6\r\nASKING\r\n"u8);
            _nodes[_asked].ReceiveReply();
        }
        else
        {
            _owners[_slot] = _asked;
        }

        _nodes[_asked].Send(_request.AsSpan(0, _length));
        return true;
    }
}
