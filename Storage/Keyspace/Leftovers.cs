using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// What emptied databases held (FLUSHALL ASYNC): their keys are gone, their memory is freed in steps between commands, so that dropping millions of records
/// stops nobody. Counts as used until then.
/// </summary>
internal sealed class Leftovers
{
    private const long SegmentsPerStep = 8;

    private readonly Queue<(TableRemains Table, ObjectTable Objects)> _waiting = new();

    /// <summary>Whether there is nothing left.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Takes over what a database held.</summary>
    public void Add(TableRemains table, ObjectTable objects) => _waiting.Enqueue((table, objects));

    /// <summary>Forgets all without freeing it: the arena that holds it is about to be released as a whole.</summary>
    public void Forget() => _waiting.Clear();

    /// <summary>Frees up to this many segments with their records, or as many big containers; false when nothing is left.</summary>
    public bool FreeSome(long segments = SegmentsPerStep)
    {
        while (segments > 0 && _waiting.TryPeek(out (TableRemains Table, ObjectTable Objects) oldest))
        {
            if (oldest.Objects.TakeAny() is { } value)
            {
                value.Dispose();
                segments--;
            }
            else if (oldest.Table.FreeSome(segments))
            {
                segments = 0;
            }
            else
            {
                _waiting.Dequeue();
            }
        }

        return !IsEmpty;
    }
}
