using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>
/// Which of two nodes has a slot, as far as clients have been told; shared by the clients of one thread. A MOVED tells of one slot, and that the map is old: cluster
/// clients then ask for all of it (CLUSTER SLOTS).
/// </summary>
internal sealed class SlotOwners(int source, int target)
{
    private readonly byte[] _nodeOf = new byte[KeySlot.Count];

    /// <summary>The nodes' ports.</summary>
    public IReadOnlyList<int> Ports { get; } = [source, target];

    /// <summary>Redirections that were followed.</summary>
    public long Redirections { get; set; }

    /// <summary>Whether a slot has moved since the map was learned.</summary>
    public bool IsOld { get; set; }

    /// <summary>The node to ask.</summary>
    public int this[int slot] => _nodeOf[slot];

    /// <summary>A node says that a slot is another's.</summary>
    public void Moved(int slot, int node)
    {
        _nodeOf[slot] = (byte)node;
        IsOld = true;
    }

    /// <summary>The answer to CLUSTER SLOTS: [first, last, [address, port, ...], ...] for each range.</summary>
    public void Learn(RespValue ranges)
    {
        foreach (RespValue range in ranges.Items)
        {
            byte node = range[2][1].Integer == Ports[0] ? (byte)0 : (byte)1;
            _nodeOf.AsSpan((int)range[0].Integer..((int)range[1].Integer + 1)).Fill(node);
        }
    }
}
