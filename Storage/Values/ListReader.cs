namespace DragonflyFlow.Storage.Values;

/// <summary>Reads the elements of a list one by one in either direction. Void as soon as the list changes; allocates nothing.</summary>
public ref struct ListReader
{
    private readonly ListValue? _list;
    private readonly bool _backward;
    private ReadOnlySpan<byte> _run;
    private int _ordinal;
    private int _position;
    private int _limit;

    /// <summary>Reads a packed block from an element on, towards the end or the beginning.</summary>
    internal ListReader(ReadOnlySpan<byte> block, int index, bool backward)
    {
        _backward = backward;
        Enter(block, PackedBlock.HeaderBytes, block.Length, PackedBlock.Count(block), index);
    }

    /// <summary>Reads a big list from an element of a node on.</summary>
    internal ListReader(ListValue list, int ordinal, int index, bool backward)
    {
        _list = list;
        _backward = backward;
        _ordinal = ordinal;
        ref ListNode node = ref list.Node(ordinal);
        Enter(list.BytesOf(node), node.Start, node.End, node.Count, index);
    }

    /// <summary>The element that <see cref="MoveNext"/> came to.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Goes to the next element; the first call goes to the one it was made for.</summary>
    public bool MoveNext()
    {
        if (_position == _limit && !TryEnterNext())
            return false;
        if (_backward)
        {
            _position = PackedBlock.Previous(_run, _position);
            Current = PackedBlock.Read(_run, _position);
        }
        else
        {
            Current = PackedBlock.Read(_run, _position);
            _position = PackedBlock.Next(_run, _position);
        }

        return true;
    }

    private bool TryEnterNext()
    {
        int next = _backward ? _ordinal - 1 : _ordinal + 1;
        if (_list is null || (uint)next >= (uint)_list.NodeCount)
            return false;
        _ordinal = next;
        ref ListNode node = ref _list.Node(next);
        Enter(_list.BytesOf(node), node.Start, node.End, node.Count, _backward ? node.Count - 1 : 0);
        return true;
    }

    private void Enter(ReadOnlySpan<byte> run, int start, int end, int count, int index)
    {
        _run = run;
        _position = ListRun.PositionOf(run, start, end, count, _backward ? index + 1 : index);
        _limit = _backward ? start : end;
    }
}
