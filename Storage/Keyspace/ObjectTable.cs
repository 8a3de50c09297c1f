namespace DragonflyFlow.Storage.Keyspace;

/// <summary>The big containers of one database, by the index that their records hold. Freed places are used again.</summary>
public sealed class ObjectTable
{
    private readonly Stack<int> _free = new();
    private LargeValue?[] _items = new LargeValue?[16];
    private int _top;

    /// <summary>Objects that live here.</summary>
    public int Count => _top - _free.Count;

    /// <summary>Stores an object and returns its index.</summary>
    public int Add(LargeValue value)
    {
        if (!_free.TryPop(out int index))
        {
            if (_top == _items.Length)
                Array.Resize(ref _items, _items.Length * 2);
            index = _top++;
        }

        _items[index] = value;
        return index;
    }

    /// <summary>The object at an index that is in use.</summary>
    public LargeValue this[int index] => _items[index] ?? throw Removed(index);

    /// <summary>Takes the object out without disposing it.</summary>
    public LargeValue Take(int index)
    {
        LargeValue value = this[index];
        _items[index] = null;
        _free.Push(index);
        return value;
    }

    /// <summary>Takes one object that lives here, whichever; null if there is none. For tables that are being dropped: places are not used again.</summary>
    public LargeValue? TakeAny()
    {
        while (_top > 0)
        {
            if (_items[--_top] is not { } value)
                continue;
            _items[_top] = null;
            return value;
        }

        return null;
    }

    /// <summary>Disposes all objects.</summary>
    public void Clear()
    {
        for (int i = 0; i < _top; i++)
            _items[i]?.Dispose();
        _items = new LargeValue?[16];
        _free.Clear();
        _top = 0;
    }

    private static InvalidOperationException Removed(int index) => new($"Object {index} was removed while a record still names it.");

    /// <summary>Sum of what the objects occupy; walks them all.</summary>
    public long MemoryBytes()
    {
        long sum = 0;
        for (int i = 0; i < _top; i++)
            sum += _items[i]?.MemoryBytes ?? 0;
        return sum;
    }
}
