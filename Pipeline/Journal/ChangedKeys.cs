// Owner: the shard.

using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>The keys of one shard that the command which runs there has changed, each once or more, in the order of the changes.</summary>
internal sealed class ChangedKeys
{
    private const int KeptBytesMax = 64 * 1024;
    private const int ComparedMax = 16;

    private byte[] _bytes = new byte[256];
    private Entry[] _entries = new Entry[8];
    private int _used;

    public int Count { get; private set; }

    public int DatabaseOf(int index) => _entries[index].Database;

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    public void Add(int database, ReadOnlySpan<byte> key)
    {
        // A command reports most keys several times in a row (removed, added, "del", "lpush").
        if (Count > 0 && _entries[Count - 1].Database == database && this[Count - 1].SequenceEqual(key))
            return;
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        if (_bytes.Length - _used < key.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + key.Length));
        key.CopyTo(_bytes.AsSpan(_used));
        _entries[Count++] = new Entry(database, _used, key.Length);
        _used += key.Length;
    }

    /// <summary>Whether an entry comes again behind its place. Of many entries only the next are looked at: who asks can bear a false no.</summary>
    public bool ComesAgain(int index)
    {
        for (int i = index + 1; i < Math.Min(Count, index + ComparedMax); i++)
        {
            if (_entries[i].Database == _entries[index].Database && this[i].SequenceEqual(this[index]))
                return true;
        }

        return false;
    }

    /// <summary>Whether all these arguments, keys of a command, are among them. False also when that would take long to find out.</summary>
    public bool Cover(ArgView args, List<int> keys)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            // MSET and DEL change their keys in the order of their arguments.
            if (i < Count && this[i].SequenceEqual(args[keys[i]]))
                continue;
            if (Count > ComparedMax || !Has(args[keys[i]]))
                return false;
        }

        return true;
    }

    public void Clear()
    {
        Count = 0;
        _used = 0;
        if (_bytes.Length <= KeptBytesMax)
            return;
        _bytes = new byte[256];
        _entries = new Entry[8];
    }

    /// <summary>Whether a key is among them.</summary>
    public bool Has(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i].SequenceEqual(key))
                return true;
        }

        return false;
    }

    private readonly record struct Entry(int Database, int Offset, int Length);
}
