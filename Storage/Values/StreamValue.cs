using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A stream: nodes of entries in the shard's arena, laid out as Redis does it (<see cref="StreamPack"/>), and consumer groups, which are managed objects whose
/// bytes are counted. A stream may be empty and stays. Adding touches the last node only; an id is found by the nodes' ids and a walk of one node.
/// </summary>
/// <remarks>Here what is added and copied; StreamValue.Removal.cs takes away, StreamValue.Progress.cs tells how far a group has come.</remarks>
public sealed partial class StreamValue : LargeValue
{
    // This object, its ring and its table of groups, about.
    private const int FixedBytes = 320;

    private readonly Arena _arena;
    private readonly ManagedMeter _meter;
    private readonly StreamNodeRing _nodes = new();
    private long _nodeBytes;

    /// <summary>An empty stream in a shard's memory.</summary>
    public StreamValue(Keyspace.Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        _arena = keyspace.Arena;
        _meter = new ManagedMeter(keyspace);
        _meter.Add(FixedBytes + _nodes.ManagedBytes);
    }

    /// <inheritdoc />
    public override ValueKind Kind => ValueKind.Stream;

    /// <inheritdoc />
    public override long MemoryBytes => _nodeBytes + _meter.Bytes;

    /// <summary>Entries.</summary>
    public long Length { get; private set; }

    /// <summary>The id that was given last; the next one is behind it.</summary>
    public StreamId LastId { get; set; }

    /// <summary>The id of the first entry; 0-0 without entries.</summary>
    public StreamId FirstId { get; private set; }

    /// <summary>The greatest id that was removed by name (XDEL).</summary>
    public StreamId MaxRemovedId { get; set; }

    /// <summary>Entries that were ever added.</summary>
    public long EntriesAdded { get; set; }

    /// <summary>Nodes.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>The consumer groups, by name.</summary>
    public StreamNames<StreamGroup> Groups { get; } = new();

    /// <summary>The id of an entry that is added now (XADD with an asterisk); false if there is none left.</summary>
    public bool TryNextId(long nowMs, out StreamId id)
    {
        id = new StreamId((ulong)nowMs, 0);
        return (ulong)nowMs > LastId.Ms || LastId.TryNext(out id);
    }

    /// <summary>The id of an entry of a given millisecond whose number is to be found (XADD ms-*); false if there is none left.</summary>
    public bool TryNextSeq(ulong ms, out StreamId id)
    {
        id = new StreamId(ms, ms == LastId.Ms ? unchecked(LastId.Seq + 1) : 0);
        return ms != LastId.Ms || LastId.Seq != ulong.MaxValue;
    }

    /// <summary>Adds an entry, whose id is behind the last one and whose bytes are within <see cref="StreamLimits.BytesMax"/>.</summary>
    public void Append<TFields>(StreamId id, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int bytes = 0, bytesMax = StreamPack.OverheadBytesMax;
        for (int i = 0; i < fields.Count; i++)
        {
            int pair = fields.Field(i).Length + fields.Value(i).Length;
            bytes += pair;
            bytesMax += Listpack.TextBytesMax(Listpack.TextBytesMax(pair));
        }

        ref StreamNode node = ref NodeFor(id, bytes, bytesMax, fields);
        Span<byte> pack = BytesOf(node);
        StreamPackHead head = StreamPack.Head(pack);
        bool hasCommonFields = StreamPack.HasFields(pack, head, fields);
        int end = StreamPack.WriteEntry(pack, node.Length - 1, node.Id, id, hasCommonFields, fields, out int elements);
        pack[end] = Listpack.End;
        node.Length = end + 1;
        int count = Listpack.Count(pack);
        Listpack.WriteHeader(pack, node.Length, count == Listpack.CountUnknown ? count : count + elements);
        node.Live++;
        WriteCounts(ref node);
        if (Length++ == 0)
            FirstId = id;
        LastId = id;
        EntriesAdded++;
    }

    /// <summary>Makes a consumer group; its name is new.</summary>
    public StreamGroup AddGroup(ReadOnlySpan<byte> name, StreamId lastId, long entriesRead)
    {
        StreamGroup group = new(name.ToArray(), _meter) { LastId = lastId, EntriesRead = entriesRead };
        Groups.Add(group);
        return group;
    }

    /// <summary>Removes a group with all that it holds.</summary>
    public void RemoveGroup(StreamGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        Groups.Remove(group);
        group.Free();
    }

    /// <summary>Reads the entries from one id to another, both included, upwards or downwards. Void as soon as the stream changes.</summary>
    public StreamEntries Read(StreamId from, StreamId to, bool backward = false) => new(this, from, to, backward);

    /// <summary>Whether there is an entry with this id.</summary>
    public bool Contains(StreamId id) => Read(id, id).MoveNext();

    /// <inheritdoc />
    public override LargeValue CopyTo(Keyspace.Keyspace target)
    {
        StreamValue copy = new(target);
        for (int i = 0; i < _nodes.Count; i++)
            copy.AdoptNode(_nodes[i].Id, PackOf(i), _nodes[i].Live, _nodes[i].Removed);
        (copy.LastId, copy.FirstId, copy.MaxRemovedId, copy.EntriesAdded) = (LastId, FirstId, MaxRemovedId, EntriesAdded);
        for (int i = 0; i < Groups.Count; i++)
            copy.AddGroup(Groups[i].Name, Groups[i].LastId, Groups[i].EntriesRead).CopyFrom(Groups[i]);
        return copy;
    }

    /// <summary>The listpack of a node.</summary>
    internal ReadOnlySpan<byte> PackOf(int ordinal) => _arena.Bytes(_nodes[ordinal].Handle, _nodes[ordinal].Capacity)[.._nodes[ordinal].Length];

    /// <summary>The id of a node.</summary>
    internal StreamId NodeId(int ordinal) => _nodes[ordinal].Id;

    /// <summary>The last node that may hold an id, or an id behind it; -1 if there is none.</summary>
    internal int FindNode(StreamId id) => _nodes.Find(id);

    /// <summary>Adds a node whose pack is known to be good and behind all others; its entries count as being there already.</summary>
    internal void AdoptNode(StreamId id, ReadOnlySpan<byte> pack, int live, int removed)
    {
        ref StreamNode node = ref AddNode(id, pack.Length);
        pack.CopyTo(BytesOf(node));
        (node.Length, node.Live, node.Removed) = (pack.Length, live, removed);
        Length += live;
    }

    /// <inheritdoc />
    public override bool FreeSome(ref long pieces)
    {
        for (; _nodes.Count > 0; pieces--)
        {
            if (pieces == 0)
                return true;
            DropNode(_nodes.Count - 1);
        }

        _meter.Add(-_meter.Bytes);
        Length = 0;
        return false;
    }

    private Span<byte> BytesOf(in StreamNode node) => _arena.Bytes(node.Handle, node.Capacity);

    // The last node if it takes another entry, else a new one with the entry's fields as its common ones.
    private ref StreamNode NodeFor<TFields>(StreamId id, int bytes, int bytesMax, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int lastBytes = 0;
        if (_nodes.Count > 0)
        {
            ref StreamNode last = ref _nodes[_nodes.Count - 1];
            bool isFull = last.Length + (long)bytes >= StreamLimits.NodeBytes
                || (StreamLimits.NodeEntriesMax > 0 && last.Live + last.Removed >= StreamLimits.NodeEntriesMax);
            if (!isFull)
            {
                Reserve(ref last, last.Length + bytesMax);
                return ref last;
            }

            lastBytes = last.Length;
            Resize(ref last, last.Length);
        }

        // Nodes of one stream are alike: the new one gets the room that the last one took.
        ref StreamNode node = ref AddNode(id, Math.Max(bytesMax, lastBytes));
        Span<byte> pack = BytesOf(node);
        node.Length = StreamPack.WriteHead(pack, fields) + 1;
        pack[node.Length - 1] = Listpack.End;
        Listpack.WriteHeader(pack, node.Length, fields.Count + 4);
        return ref node;
    }

    private ref StreamNode AddNode(StreamId id, int capacity)
    {
        long before = _nodes.ManagedBytes;
        ref StreamNode node = ref _nodes.Add(new StreamNode { Id = id, Handle = _arena.Allocate(capacity), Capacity = capacity });
        _nodeBytes += Arena.CapacityOf(capacity);
        _meter.Add(_nodes.ManagedBytes - before);
        return ref node;
    }

    private void Reserve(ref StreamNode node, int bytes)
    {
        if (bytes > node.Capacity)
            Resize(ref node, Math.Max(bytes, (int)Math.Min(node.Capacity * 2L, StreamLimits.NodeBytes)));
    }

    private void Resize(ref StreamNode node, int capacity)
    {
        node.Handle = _arena.Reallocate(node.Handle, node.Capacity, capacity);
        _nodeBytes += Arena.CapacityOf(capacity) - Arena.CapacityOf(node.Capacity);
        node.Capacity = capacity;
    }

    private void DropNode(int ordinal)
    {
        ref StreamNode node = ref _nodes[ordinal];
        _arena.Free(node.Handle, node.Capacity);
        _nodeBytes -= Arena.CapacityOf(node.Capacity);
        _nodes.RemoveAt(ordinal);
    }

    // The numbers in front may take another number of bytes than before: what is behind moves.
    private void WriteCounts(ref StreamNode node)
    {
        WriteNumber(ref node, Listpack.HeaderBytes, node.Live);
        WriteNumber(ref node, Listpack.Next(BytesOf(node), Listpack.HeaderBytes), node.Removed);
    }

    private void WriteNumber(ref StreamNode node, int at, long number)
    {
        int behind = Listpack.Next(BytesOf(node), at);
        int change = Listpack.NumberBytes(number) - (behind - at);
        if (change != 0)
        {
            Reserve(ref node, node.Length + change);
            BytesOf(node)[behind..node.Length].CopyTo(BytesOf(node)[(behind + change)..]);
            node.Length += change;
            Listpack.WriteHeader(BytesOf(node), node.Length, Listpack.Count(BytesOf(node)));
        }

        Listpack.Write(BytesOf(node), at, number);
    }
}
