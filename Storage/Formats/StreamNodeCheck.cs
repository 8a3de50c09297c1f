using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks the listpack of a stream's node that came from outside, element by element: only a node that is laid out as <see cref="StreamPack"/> tells, whose
/// counts are right and whose ids grow, may be trusted.
/// </summary>
internal ref struct StreamNodeCheck
{
    private readonly ReadOnlySpan<byte> _pack;
    private readonly StreamId _node;
    private ListpackReader _elements;
    private StreamId _last;
    private bool _hasLast;

    /// <summary>A walk of a node; ids have to be behind <paramref name="before"/> if there was a node before.</summary>
    public StreamNodeCheck(ReadOnlySpan<byte> pack, StreamId node, StreamId before, bool hasBefore)
    {
        _pack = pack;
        _node = node;
        _elements = new ListpackReader(pack);
        _last = before;
        _hasLast = hasBefore;
    }

    /// <summary>Entries that are there.</summary>
    public int Live { get; private set; }

    /// <summary>Entries that are removed.</summary>
    public int Removed { get; private set; }

    /// <summary>The id of the last entry.</summary>
    public readonly StreamId Last => _last;

    /// <summary>Whether the node is good.</summary>
    public bool IsGood()
    {
        if (!TryNumber(out long live) || !TryNumber(out long removed) || !TryNumber(out long fields) || fields is <= 0 or > int.MaxValue || !TrySkip(fields))
            return false;
        if (!TryNumber(out long terminator) || terminator != 0)
            return false;
        while (_elements.Position < _pack.Length - 1)
        {
            if (!TryEntry(fields))
                return false;
        }

        return !_elements.MoveNext() && !_elements.IsDamaged && Live == live && Removed == removed && Live + Removed > 0;
    }

    private bool TryEntry(long commonFields)
    {
        if (!TryNumber(out long flags) || flags is < 0 or > (StreamPack.RemovedFlag | StreamPack.CommonFieldsFlag))
            return false;
        if (!TryNumber(out long ms) || !TryNumber(out long seq))
            return false;
        StreamId id = _node.Plus(ms, seq);
        if ((_hasLast && id <= _last) || id < _node || id == StreamId.Min)
            return false;
        (_last, _hasLast) = (id, true);
        bool isCommon = (flags & StreamPack.CommonFieldsFlag) != 0;
        long fields = commonFields;
        if (!isCommon && (!TryNumber(out fields) || fields is <= 0 or > int.MaxValue))
            return false;
        long elements = isCommon ? fields : 2 * fields;
        if (!TrySkip(elements) || !TryNumber(out long count) || count != elements + StreamPack.EntryOverhead + (isCommon ? 0 : 1))
            return false;
        if ((flags & StreamPack.RemovedFlag) != 0)
            Removed++;
        else
            Live++;
        return true;
    }

    private bool TryNumber(out long number)
    {
        bool isNumber = _elements.MoveNext() && _elements.IsNumber;
        number = _elements.Number;
        return isNumber;
    }

    private bool TrySkip(long count)
    {
        for (; count > 0; count--)
        {
            if (!_elements.MoveNext())
                return false;
        }

        return true;
    }
}
