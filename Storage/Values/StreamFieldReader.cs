namespace DragonflyFlow.Storage.Values;

/// <summary>The fields and values of one entry, in turn.</summary>
public ref struct StreamFieldReader
{
    private readonly ReadOnlySpan<byte> _pack;
    private readonly bool _hasCommonFields;
    private int _fieldAt;
    private int _valueAt;
    private int _left;
    private bool _isValueNext;

    internal StreamFieldReader(ReadOnlySpan<byte> pack, scoped in StreamPackHead head, scoped in StreamPackEntry entry)
    {
        _pack = pack;
        _hasCommonFields = entry.HasCommonFields;
        _fieldAt = head.FieldsAt;
        _valueAt = entry.FieldsAt;
        _left = 2 * entry.FieldCount;
    }

    /// <summary>The field or value that <see cref="MoveNext"/> came to.</summary>
    public ListpackElement Current { get; private set; }

    /// <summary>Goes to the next field or value.</summary>
    public bool MoveNext()
    {
        if (_left-- <= 0)
            return false;
        ref int at = ref _hasCommonFields && !_isValueNext ? ref _fieldAt : ref _valueAt;
        Current = Listpack.Read(_pack, at);
        at = Listpack.Next(_pack, at);
        _isValueNext = !_isValueNext;
        return true;
    }
}
