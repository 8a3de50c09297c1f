namespace DragonflyFlow.Storage.Values;

/// <summary>The nodes of a big list in order: a ring, so that both ends grow and shrink in O(1) and the middle moves only its nearer side.</summary>
internal sealed class ListNodeRing
{
    /// <summary>Bytes of one place in the ring.</summary>
    public const int NodeStructBytes = 20;

    private ListNode[] _items = new ListNode[4];
    private int _head;

    /// <summary>Nodes.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the ring itself.</summary>
    public long ManagedBytes => (long)_items.Length * NodeStructBytes;

    /// <summary>A node by its place; the reference is void after an insertion or removal.</summary>
    public ref ListNode this[int ordinal] => ref _items[(_head + ordinal) & (_items.Length - 1)];

    /// <summary>Makes a place for a node before the one at <paramref name="ordinal"/> and puts it there.</summary>
    public ref ListNode Insert(int ordinal, scoped in ListNode node)
    {
        if (Count == _items.Length)
            Grow();
        if (ordinal < Count / 2)
        {
            _head = (_head - 1) & (_items.Length - 1);
            for (int i = 0; i < ordinal; i++)
                this[i] = this[i + 1];
        }
        else
        {
            for (int i = Count; i > ordinal; i--)
                this[i] = this[i - 1];
        }

        Count++;
        ref ListNode place = ref this[ordinal];
        place = node;
        return ref place;
    }

    /// <summary>Takes a node out of the ring.</summary>
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

    /// <summary>Takes all nodes without entries out, in one pass.</summary>
    public void RemoveEmpty()
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (this[i].Count > 0)
                this[kept++] = this[i];
        }

        Count = kept;
    }

    private void Grow()
    {
        ListNode[] grown = new ListNode[_items.Length * 2];
        for (int i = 0; i < Count; i++)
            grown[i] = this[i];
        _items = grown;
        _head = 0;
    }
}
