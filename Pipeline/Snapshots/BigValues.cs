// Owner: the shard. The keyspace calls it in the middle of a command: it reads the value that is about to change, and changes nothing.

using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// Big values that a snapshot has come to on one shard, put aside with their bucket: they are written in pieces, between commands, so that none of them is a long
/// step of its shard. One that is about to change is written to its end first: that step is as long as what is left of it.
/// </summary>
internal sealed class BigValues(Keyspace keyspace, Action<BigValue, int> write) : IChangeObserver
{
    private const int PieceBytes = 32 * 1024;

    private readonly Dictionary<(DashTable Table, uint Handle), BigValue> _waiting = [];
    private readonly Queue<BigValue> _inOrder = new();

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Puts a value aside.</summary>
    public void Add(BigValue value)
    {
        if (IsEmpty)
            keyspace.Observe(this);
        _waiting.Add(value.Identity, value);
        _inOrder.Enqueue(value);
    }

    /// <summary>Writes a piece of the oldest.</summary>
    public void WritePiece()
    {
        while (_inOrder.TryPeek(out BigValue? oldest))
        {
            if (_waiting.TryGetValue(oldest.Identity, out BigValue? waiting) && ReferenceEquals(waiting, oldest))
            {
                write(oldest, PieceBytes);
                return;
            }

            _inOrder.Dequeue();
        }
    }

    /// <summary>A value has been written whole.</summary>
    public void Written(BigValue value)
    {
        _waiting.Remove(value.Identity);
        if (IsEmpty)
            Clear();
    }

    /// <summary>Gives up what waits.</summary>
    public void Clear()
    {
        _waiting.Clear();
        _inOrder.Clear();
        keyspace.Unobserve(this);
    }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
        if (_waiting.TryGetValue(BigValue.IdentityOf(database, slot), out BigValue? value))
            write(value, int.MaxValue);
    }

    /// <summary>Nothing: what a walk still needs of a database outlives it (../Walks).</summary>
    public void BeforeClear(Database database)
    {
    }

    /// <summary>Nothing: the value was written before its change.</summary>
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
    }
}
