namespace DragonflyFlow.Storage.Values;

/// <summary>The nodes of a stream by their ids: a ring, since nodes come at the end and go mostly at the beginning.</summary>
internal sealed class StreamNodeRing
{
    private const int NodeStructBytes = 40;

    private StreamNode[] _items = new StreamNode[1];
    private int _head;

    /// <summary>Nodes.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the ring itself.</summary>
    public long ManagedBytes => (long)_items.Length * NodeStructBytes;

    /// <summary>A node by its place; the reference is void after an addition or removal.</summary>
    public ref StreamNode this[int ordinal] => ref _items[(_head + ordinal) & (_items.Length - 1)];

    /// <summary>Adds a node at the end.</summary>
    public ref StreamNode Add(scoped in StreamNode node)
    {
        if (Count == _items.Length)
            Grow();
        ref StreamNode place = ref this[Count++];
        place = node;
        return ref place;
    }

    /// <summary>Takes a node out; the shorter side moves.</summary>
    public void RemoveAt(int ordinal)
    {
        if (ordinal < Count / 2)
        {
            for (int i = ordinal; i > 0; i--)
                this[i] = this[i - 1];
            _head = (_head + 1) & (_items.Length - 1);
        }
        else
        {
            for (int i = ordinal; i < Count - 1; i++)
                this[i] = this[i + 1];
        }

        Count--;
    }

    /// <summary>The last node whose id is not behind the given one; -1 if there is none.</summary>
    public int Find(StreamId id)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (this[middle].Id <= id)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    private void Grow()
    {
        StreamNode[] grown = new StreamNode[_items.Length * 2];
        for (int i = 0; i < Count; i++)
            grown[i] = this[i];
        _items = grown;
        _head = 0;
    }
}
