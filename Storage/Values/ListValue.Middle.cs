namespace DragonflyFlow.Storage.Values;

// Everything that is not at the ends: O(nodes) to find the place, at most one node's bytes to move.
internal sealed partial class ListValue
{
    // Neighbours that together fill at most this share of a node become one.
    private const int MergeShare = 2;

    /// <summary>Reads from an element on; the index must be in 0..Count-1.</summary>
    public ListReader Read(long index, bool backward)
    {
        (int ordinal, int offset) = Locate(index);
        return new ListReader(this, ordinal, offset, backward);
    }

    /// <summary>Adds an element before the one with an index in 0..Count.</summary>
    public void Insert(long index, ReadOnlySpan<byte> value)
    {
        if (index == 0 || index == Count)
        {
            Push(index == 0 ? ListEnd.Left : ListEnd.Right, value);
            return;
        }

        int bytes = PackedBlock.EntryBytes(value.Length);
        (int ordinal, int offset) = Locate(index);
        MakeRoom(ref ordinal, ref offset, bytes);
        ref ListNode node = ref _nodes[ordinal];
        int position = OpenGap(ref node, PositionOf(node, offset), bytes);
        PackedBlock.Write(BytesOf(node), position, value);
        node.Count++;
        Count++;
        EntryBytes += bytes;
    }

    /// <summary>Replaces the element with an index in 0..Count-1.</summary>
    public void Replace(long index, ReadOnlySpan<byte> value)
    {
        (int ordinal, int offset) = Locate(index);
        ref ListNode node = ref _nodes[ordinal];
        Span<byte> run = BytesOf(node);
        int position = PositionOf(node, offset);
        if (PackedBlock.Next(run, position) - position == PackedBlock.EntryBytes(value.Length))
        {
            PackedBlock.Write(run, position, value);
            return;
        }

        RemoveRange(index, 1);
        Insert(index, value);
    }

    /// <summary>Removes elements; the range must lie in the list.</summary>
    public void RemoveRange(long index, long count)
    {
        if (count == 0)
            return;
        (int ordinal, int offset) = Locate(index);
        int seam = ordinal;
        while (count > 0)
        {
            ref ListNode node = ref _nodes[ordinal];
            int taken = (int)Math.Min(count, node.Count - offset);
            count -= taken;
            Count -= taken;
            if (taken == node.Count)
            {
                EntryBytes -= node.Length;
                DropNode(ordinal);
                continue;
            }

            Cut(ref node, offset, taken);
            ordinal++;
            offset = 0;
        }

        MergeAround(seam);
    }

    /// <summary>Removes up to <paramref name="limit"/> elements that equal a value, from the left or the right end on; how many there were.</summary>
    public long RemoveMatches(ReadOnlySpan<byte> value, long limit, bool backward)
    {
        long removed = 0;
        for (int i = 0; i < _nodes.Count && removed < limit; i++)
            removed += RemoveMatchesIn(ref _nodes[backward ? _nodes.Count - 1 - i : i], value, limit - removed, backward);
        if (removed == 0)
            return 0;
        Count -= removed;
        int last = 0;
        for (int i = 1; i < _nodes.Count; i++)
        {
            if (!TryMerge(ref _nodes[last], ref _nodes[i]))
                last = i;
        }

        _nodes.RemoveEmpty();
        return removed;
    }

    private int RemoveMatchesIn(ref ListNode node, ReadOnlySpan<byte> value, long limit, bool backward)
    {
        Span<byte> run = BytesOf(node);
        int matches = ListRun.CountMatches(run, node.Start, node.End, value);
        int take = (int)Math.Min(matches, limit);
        if (take == 0)
            return 0;
        int end = ListRun.RemoveMatches(run, node.Start, node.End, value, backward ? matches - take : 0, take);
        EntryBytes -= node.End - end;
        node.End = end;
        node.Count -= take;
        if (node.Count == 0)
            FreeNode(ref node);
        return take;
    }

    private (int Ordinal, int Offset) Locate(long index)
    {
        int ordinal;
        if (index <= Count / 2)
        {
            for (ordinal = 0; index >= _nodes[ordinal].Count; ordinal++)
                index -= _nodes[ordinal].Count;
            return (ordinal, (int)index);
        }

        long behind = Count - index;
        for (ordinal = _nodes.Count - 1; behind > _nodes[ordinal].Count; ordinal--)
            behind -= _nodes[ordinal].Count;
        return (ordinal, (int)(_nodes[ordinal].Count - behind));
    }

    private int PositionOf(in ListNode node, int offset) => ListRun.PositionOf(BytesOf(node), node.Start, node.End, node.Count, offset);

    private bool HasRoom(int ordinal, int bytes) => _nodes[ordinal].Capacity - _nodes[ordinal].Length >= bytes;

    /// <summary>
    /// Finds a node with room for an entry at a place, which may be said in another way then (end of the node before); splits and adds nodes if it must.
    /// </summary>
    private void MakeRoom(ref int ordinal, ref int offset, int bytes)
    {
        if (HasRoom(ordinal, bytes))
            return;
        if (offset > 0)
        {
            Split(ordinal, offset);
            ordinal++;
            offset = 0;
        }

        if (ordinal > 0 && HasRoom(ordinal - 1, bytes))
            offset = _nodes[--ordinal].Count;
        else if (!HasRoom(ordinal, bytes))
            AddNode(ordinal, bytes, ListEnd.Right);
    }

    /// <summary>Moves the entries from an offset on to a new node behind this one.</summary>
    private void Split(int ordinal, int offset)
    {
        int position = PositionOf(_nodes[ordinal], offset);
        int bytes = _nodes[ordinal].End - position;
        ref ListNode right = ref AddNode(ordinal + 1, bytes, ListEnd.Right);
        ref ListNode left = ref _nodes[ordinal];
        BytesOf(left).Slice(position, bytes).CopyTo(BytesOf(right));
        right.End = bytes;
        right.Count = left.Count - offset;
        left.End = position;
        left.Count = offset;
    }

    /// <summary>Opens a gap in a node that has the room; the position of the gap, which differs if the entries before it have moved.</summary>
    private int OpenGap(ref ListNode node, int position, int bytes)
    {
        Span<byte> run = BytesOf(node);
        bool leftFits = node.RoomAt(ListEnd.Left) >= bytes;
        bool rightFits = node.RoomAt(ListEnd.Right) >= bytes;
        if (leftFits && (!rightFits || position - node.Start < node.End - position))
        {
            run[node.Start..position].CopyTo(run[(node.Start - bytes)..]);
            node.Start -= bytes;
            return position - bytes;
        }

        if (!rightFits)
        {
            position -= node.Start;
            SlideLeft(ref node);
        }

        run[position..node.End].CopyTo(run[(position + bytes)..]);
        node.End += bytes;
        return position;
    }

    private void SlideLeft(ref ListNode node)
    {
        Span<byte> run = BytesOf(node);
        run[node.Start..node.End].CopyTo(run);
        node.End -= node.Start;
        node.Start = 0;
    }

    /// <summary>Takes some but not all entries out of a node; the shorter side moves.</summary>
    private void Cut(ref ListNode node, int offset, int count)
    {
        Span<byte> run = BytesOf(node);
        int from = PositionOf(node, offset);
        int to = PositionOf(node, offset + count);
        if (from - node.Start < node.End - to)
        {
            run[node.Start..from].CopyTo(run[(node.Start + to - from)..]);
            node.Start += to - from;
        }
        else
        {
            run[to..node.End].CopyTo(run[from..]);
            node.End -= to - from;
        }

        node.Count -= count;
        EntryBytes -= to - from;
    }

    private void MergeAround(int ordinal)
    {
        for (int left = Math.Min(ordinal, _nodes.Count - 2); left >= Math.Max(0, ordinal - 1); left--)
        {
            if (TryMerge(ref _nodes[left], ref _nodes[left + 1]))
                _nodes.RemoveAt(left + 1);
        }
    }

    /// <summary>Appends the right node to the left one if both are small; the right one is then without entries and memory.</summary>
    private bool TryMerge(ref ListNode left, ref ListNode right)
    {
        if (left.Count == 0 || right.Count == 0 || left.Length + right.Length > left.Capacity / MergeShare)
            return false;
        if (left.RoomAt(ListEnd.Right) < right.Length)
            SlideLeft(ref left);
        BytesOf(right)[right.Start..right.End].CopyTo(BytesOf(left)[left.End..]);
        left.End += right.Length;
        left.Count += right.Count;
        FreeNode(ref right);
        return true;
    }
}
