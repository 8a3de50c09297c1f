using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A big list (the part that quicklist plays in Redis): a ring of nodes, each a run of entries in the shard's arena. Pushes and pops at the ends are O(1) and
/// move no byte; an index is found by the counts of the nodes. Here the ends, in ListValue.Middle.cs the rest.
/// </summary>
internal sealed partial class ListValue : LargeValue
{
    private readonly Keyspace.Keyspace _keyspace;
    private readonly Arena _arena;
    private readonly ListNodeRing _nodes = new();
    private long _nodeBytes;
    private bool _isFreed;

    /// <summary>An empty list in the arena of a keyspace.</summary>
    public ListValue(Keyspace.Keyspace keyspace)
    {
        _keyspace = keyspace;
        _arena = keyspace.Arena;
        keyspace.ManagedBytes += _nodes.ManagedBytes;
    }

    /// <inheritdoc />
    public override ValueKind Kind => ValueKind.List;

    /// <inheritdoc />
    public override long MemoryBytes => _nodeBytes + _nodes.ManagedBytes;

    /// <summary>Elements.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of all entries, without the nodes' spare room.</summary>
    public long EntryBytes { get; private set; }

    /// <summary>Nodes.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>A node by its place.</summary>
    public ref ListNode Node(int ordinal) => ref _nodes[ordinal];

    /// <summary>The block of a node.</summary>
    public Span<byte> BytesOf(in ListNode node) => _arena.Bytes(node.Handle, node.Capacity);

    /// <summary>Adds an element at an end.</summary>
    public void Push(ListEnd end, ReadOnlySpan<byte> value)
    {
        int bytes = PackedBlock.EntryBytes(value.Length);
        ref ListNode node = ref EndWithRoom(end, bytes);
        if (end == ListEnd.Left)
        {
            node.Start -= bytes;
            PackedBlock.Write(BytesOf(node), node.Start, value);
        }
        else
        {
            PackedBlock.Write(BytesOf(node), node.End, value);
            node.End += bytes;
        }

        node.Count++;
        Count++;
        EntryBytes += bytes;
    }

    /// <summary>The element at an end of a list that is not empty.</summary>
    public ReadOnlySpan<byte> Peek(ListEnd end)
    {
        ref ListNode node = ref _nodes[OrdinalOf(end)];
        ReadOnlySpan<byte> run = BytesOf(node);
        return PackedBlock.Read(run, end == ListEnd.Left ? node.Start : PackedBlock.Previous(run, node.End));
    }

    /// <summary>Removes the element at an end of a list that is not empty.</summary>
    public void Pop(ListEnd end)
    {
        int ordinal = OrdinalOf(end);
        ref ListNode node = ref _nodes[ordinal];
        ReadOnlySpan<byte> run = BytesOf(node);
        int before = node.Length;
        if (end == ListEnd.Left)
            node.Start = PackedBlock.Next(run, node.Start);
        else
            node.End = PackedBlock.Previous(run, node.End);
        EntryBytes -= before - node.Length;
        Count--;
        if (--node.Count == 0)
            DropNode(ordinal);
    }

    /// <summary>Adds the entries of a packed block at the right end, as they are.</summary>
    public void Append(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> entries = block[PackedBlock.HeaderBytes..];
        if (entries.IsEmpty)
            return;
        ref ListNode node = ref EndWithRoom(ListEnd.Right, entries.Length);
        entries.CopyTo(BytesOf(node)[node.End..]);
        node.End += entries.Length;
        node.Count += PackedBlock.Count(block);
        Count += PackedBlock.Count(block);
        EntryBytes += entries.Length;
    }

    /// <summary>Copies all entries, <see cref="EntryBytes"/> in all.</summary>
    public void CopyEntries(Span<byte> target)
    {
        for (int i = 0; i < _nodes.Count; i++)
        {
            ref ListNode node = ref _nodes[i];
            BytesOf(node)[node.Start..node.End].CopyTo(target);
            target = target[node.Length..];
        }
    }

    /// <inheritdoc />
    public override LargeValue CopyTo(Keyspace.Keyspace target)
    {
        ListValue copy = new(target) { Count = Count, EntryBytes = EntryBytes };
        for (int i = 0; i < _nodes.Count; i++)
        {
            ref ListNode from = ref _nodes[i];
            ref ListNode to = ref copy.AddNode(i, from.Capacity, ListEnd.Right);
            (to.Start, to.End, to.Count) = (from.Start, from.End, from.Count);
            BytesOf(from)[from.Start..from.End].CopyTo(copy.BytesOf(to)[to.Start..]);
        }

        return copy;
    }

    /// <inheritdoc />
    public override bool FreeSome(ref long pieces)
    {
        if (_isFreed)
            return false;
        for (; _nodes.Count > 0; pieces--)
        {
            if (pieces == 0)
                return true;
            DropNode(_nodes.Count - 1);
        }

        _isFreed = true;
        _keyspace.ManagedBytes -= _nodes.ManagedBytes;
        Count = 0;
        EntryBytes = 0;
        return false;
    }

    private int OrdinalOf(ListEnd end) => end == ListEnd.Left ? 0 : _nodes.Count - 1;

    private ref ListNode EndWithRoom(ListEnd end, int bytes)
    {
        if (_nodes.Count > 0)
        {
            ref ListNode node = ref _nodes[OrdinalOf(end)];
            if (node.RoomAt(end) >= bytes)
                return ref node;
        }

        return ref AddNode(end == ListEnd.Left ? 0 : _nodes.Count, bytes, end);
    }

    /// <summary>A new node without entries, all its room at one end; an entry too big for a node gets one of its size.</summary>
    private ref ListNode AddNode(int ordinal, int bytesMin, ListEnd roomAt)
    {
        int capacity = Math.Max(bytesMin, ListLimits.NodeBytes);
        int start = roomAt == ListEnd.Left ? capacity : 0;
        ListNode node = new() { Handle = _arena.Allocate(capacity), Capacity = capacity, Start = start, End = start };
        _nodeBytes += Arena.CapacityOf(capacity);
        long before = _nodes.ManagedBytes;
        ref ListNode place = ref _nodes.Insert(ordinal, node);
        _keyspace.ManagedBytes += _nodes.ManagedBytes - before;
        return ref place;
    }

    private void DropNode(int ordinal)
    {
        FreeNode(ref _nodes[ordinal]);
        _nodes.RemoveAt(ordinal);
    }

    private void FreeNode(ref ListNode node)
    {
        _arena.Free(node.Handle, node.Capacity);
        _nodeBytes -= Arena.CapacityOf(node.Capacity);
        node = default;
    }
}
