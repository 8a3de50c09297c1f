using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// What was removed and is still to be freed: emptied databases (FLUSHALL ASYNC) and big containers (UNLINK, expiry). Their keys are gone, their memory is
/// freed in steps between commands, so that dropping millions of elements stops nobody. Counts as used until then.
/// </summary>
/// <remarks>A piece is a segment of a table with its records, or a node of a container: a few KiB.</remarks>
public sealed class Leftovers
{
    private const long PiecesPerStep = 8;

    private readonly Queue<(TableRemains Table, ObjectTable Objects)> _databases = new();
    private readonly Queue<LargeValue> _values = new();
    private LargeValue? _ofDatabase;

    /// <summary>Whether there is nothing left.</summary>
    public bool IsEmpty => Objects == 0 && _databases.Count == 0;

    /// <summary>Keys whose values wait here.</summary>
    public long Objects { get; private set; }

    /// <summary>Keys whose values have been freed here, since the start or the last <see cref="ResetCount"/>.</summary>
    public long Freed { get; private set; }

    /// <summary>Starts counting anew (CONFIG RESETSTAT).</summary>
    public void ResetCount() => Freed = 0;

    /// <summary>Takes over what a database held.</summary>
    internal void Add(TableRemains table, ObjectTable objects)
    {
        Objects += table.Count;
        _databases.Enqueue((table, objects));
    }

    /// <summary>Takes over a value that was removed.</summary>
    internal void Add(LargeValue value)
    {
        Objects++;
        _values.Enqueue(value);
    }

    /// <summary>Forgets all without freeing it: the arena that holds it is about to be released as a whole.</summary>
    internal void Forget()
    {
        _databases.Clear();
        _values.Clear();
        _ofDatabase = null;
        Objects = 0;
    }

    /// <summary>Frees up to this many pieces; false when nothing is left.</summary>
    internal bool FreeSome(long pieces = PiecesPerStep)
    {
        while (pieces > 0 && _values.TryPeek(out LargeValue? value))
        {
            if (value.FreeSome(ref pieces))
                continue;
            _values.Dequeue();
            Count(1);
        }

        while (pieces > 0 && _databases.TryPeek(out (TableRemains Table, ObjectTable Objects) oldest))
        {
            if (FreeObjects(oldest.Objects, ref pieces) || oldest.Table.FreeSome(ref pieces))
                continue;
            _databases.Dequeue();
            Count(oldest.Table.Count);
        }

        return !IsEmpty;
    }

    // True if pieces ran out before the containers did.
    private bool FreeObjects(ObjectTable objects, ref long pieces)
    {
        while ((_ofDatabase ??= objects.TakeAny()) is { } value)
        {
            if (value.FreeSome(ref pieces))
                return true;
            _ofDatabase = null;
        }

        return false;
    }

    private void Count(long keys)
    {
        Objects -= keys;
        Freed += keys;
    }
}
