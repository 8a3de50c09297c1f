namespace DragonflyFlow.Storage.Values;

/// <summary>What has a name of bytes: a consumer group, a consumer.</summary>
public interface IStreamNamed
{
    /// <summary>The name.</summary>
    ReadOnlySpan<byte> Name { get; }
}

/// <summary>Groups of a stream, or consumers of a group, in the order of their names' bytes. There are few: they are a sorted list.</summary>
public sealed class StreamNames<T>
    where T : class, IStreamNamed
{
    private readonly List<T> _items = [];

    /// <summary>Items.</summary>
    public int Count => _items.Count;

    /// <summary>An item by its place.</summary>
    public T this[int index] => _items[index];

    /// <summary>Finds an item.</summary>
    public T? Find(ReadOnlySpan<byte> name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : _items[index];
    }

    /// <summary>Adds an item whose name is new.</summary>
    internal void Add(T item) => _items.Insert(~IndexOf(item.Name), item);

    /// <summary>Removes an item.</summary>
    internal void Remove(T item) => _items.RemoveAt(IndexOf(item.Name));

    // The complement of where it belongs if it is not there.
    private int IndexOf(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _items.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = _items[middle].Name.SequenceCompareTo(name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
