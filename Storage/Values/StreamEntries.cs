namespace DragonflyFlow.Storage.Values;

/// <summary>Reads entries of a stream in order of their ids, or against it. Void as soon as the stream changes; allocates nothing.</summary>
public ref struct StreamEntries
{
    private readonly StreamValue _stream;
    private readonly StreamId _from;
    private readonly StreamId _to;
    private readonly bool _backward;
    private ReadOnlySpan<byte> _pack;
    private StreamPackHead _head;
    private StreamPackEntry _entry;
    private StreamId _node;
    private int _at;

    /// <summary>Reads what lies between two ids, both included.</summary>
    internal StreamEntries(StreamValue stream, StreamId from, StreamId to, bool backward)
    {
        _stream = stream;
        _from = from;
        _to = to;
        _backward = backward;
        int first = stream.FindNode(backward ? to : from);
        Enter(backward ? first : Math.Max(first, 0));
    }

    /// <summary>The id of the entry that <see cref="MoveNext"/> came to.</summary>
    public readonly StreamId Id => _entry.Id;

    /// <summary>Its pairs of fields and values.</summary>
    public readonly int FieldCount => _entry.FieldCount;

    /// <summary>Its fields and values, one after the other.</summary>
    public readonly StreamFieldReader Fields => new(_pack, _head, _entry);

    /// <summary>The node it is in.</summary>
    internal int Ordinal { get; private set; }

    /// <summary>Where it begins there.</summary>
    internal readonly int Position => _entry.At;

    /// <summary>Goes to the next entry; the first call goes to the first one.</summary>
    public bool MoveNext()
    {
        while (TryStep())
        {
            if (_backward ? _entry.Id < _from : _entry.Id > _to)
                return false;
            if (!_entry.IsRemoved && _entry.Id >= _from && _entry.Id <= _to)
                return true;
        }

        return false;
    }

    private bool TryStep()
    {
        while (!_pack.IsEmpty)
        {
            if (_backward && _at > _head.EntriesAt)
            {
                _at = StreamPack.Before(_pack, _at);
                _entry = StreamPack.Entry(_pack, _head, _node, _at);
                return true;
            }

            if (!_backward && _at < _pack.Length - 1)
            {
                _entry = StreamPack.Entry(_pack, _head, _node, _at);
                _at = StreamPack.Behind(_pack, _entry);
                return true;
            }

            Enter(_backward ? Ordinal - 1 : Ordinal + 1);
        }

        return false;
    }

    private void Enter(int ordinal)
    {
        Ordinal = ordinal;
        _pack = default;
        if ((uint)ordinal >= (uint)_stream.NodeCount)
            return;
        _pack = _stream.PackOf(ordinal);
        _head = StreamPack.Head(_pack);
        _node = _stream.NodeId(ordinal);
        _at = _backward ? _pack.Length - 1 : _head.EntriesAt;
    }
}
