using System.Buffers.Text;
using System.Net;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Migration;

/// <summary>A client of both nodes with one command under way, which it takes where it is sent to: MOVED, ASK. One thread, which waits only for the answer it is asked for.</summary>
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
    private bool _isAsking;
    private int _hops;
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
        _hops = 0;
        _sentAt = _time.GetTimestamp();
        _nodes[_asked].Send(request.Bytes);
        IsUnderWay = true;
    }

    /// <summary>
    /// Waits for the answer, and counts how long it took since <see cref="Send"/>. One that says where to ask instead is followed at once, and the command stays under way: who has
    /// other clients too goes on with them meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">The answer is an error.</exception>
    public void Receive(LatencyHistogram latency)
    {
        if (_isAsking)
            _nodes[_asked].ReceiveReply();
        _isAsking = false;
        ReadOnlySpan<byte> reply = _nodes[_asked].ReceiveReply();
        if (reply[0] == (byte)'-')
        {
            if (++_hops > HopsMax || !TryFollow(reply))
                throw new InvalidOperationException($"a command was answered by an error: {System.Text.Encoding.UTF8.GetString(reply).Trim()}");
            return;
        }

        latency.RecordNs((long)_time.GetElapsedTime(_sentAt).TotalNanoseconds);
        IsUnderWay = false;
    }

    /// <summary>Waits for the last answer, wherever it has to be fetched.</summary>
    public void Finish(LatencyHistogram latency)
    {
        while (IsUnderWay)
            Receive(latency);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PipelineConnection node in _nodes)
            node.Dispose();
    }

    // -MOVED slot host:port, -ASK slot host:port; TRYAGAIN is for commands of several keys, or for a target that does not answer.
    private bool TryFollow(ReadOnlySpan<byte> error)
    {
        bool isAsk = error.StartsWith("-ASK "u8);
        if (!isAsk && !error.StartsWith("-MOVED "u8))
            return false;
        if (!Utf8Parser.TryParse(error[(error.LastIndexOf((byte)':') + 1)..], out int port, out _))
            return false;
        _asked = port == _owners.Ports[0] ? 0 : 1;
        _isAsking = isAsk;
        if (isAsk)
            _nodes[_asked].Send("*1\r\n$6\r\nASKING\r\n"u8);
        else
            _owners.Moved(_slot, _asked);
        _owners.Redirections++;

        _nodes[_asked].Send(_request.AsSpan(0, _length));
        return true;
    }
}
