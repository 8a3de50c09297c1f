using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>
/// Keeps the map of slots as cluster clients do: when one has been told that a slot moved, it asks for all of it, but at most ten times a second. One thread, which comes by now
/// and then and is never kept waiting for longer than for any other answer.
/// </summary>
internal sealed class MapClient(SlotOwners owners, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    private readonly PipelineConnection _node = new(new IPEndPoint(IPAddress.Loopback, owners.Ports[0]));
    private long _askedAt;
    private bool _isUnderWay;

    /// <summary>Takes the answer that it waits for, or asks if the map has become old.</summary>
    public void ComeBy()
    {
        if (_isUnderWay)
        {
            owners.Learn(RespValue.Parse(_node.ReceiveReply()));
            _isUnderWay = false;
        }
        else if (owners.IsOld && (_askedAt == 0 || time.GetElapsedTime(_askedAt) >= Gap))
        {
            owners.IsOld = false;
            _askedAt = time.GetTimestamp();
            _node.Send("*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n"u8);
            _isUnderWay = true;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _node.Dispose();
}
