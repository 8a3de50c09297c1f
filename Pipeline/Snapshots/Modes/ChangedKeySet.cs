// Owner: the shard.

using System.Diagnostics.CodeAnalysis;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>The keys of a shard that have changed and were not written again yet, each once, in the order of their first change.</summary>
internal sealed class ChangedKeySet(Action<string> cannotFollow) : IChangeObserver
{
    private readonly HashSet<ChangedKey> _known = [];
    private readonly Queue<ChangedKey> _inOrder = new();

    /// <summary>Keys in it.</summary>
    public int Count => _inOrder.Count;

    /// <summary>Takes the oldest out; false if there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out ChangedKey? key)
    {
        if (!_inOrder.TryDequeue(out key))
            return false;
        _known.Remove(key);
        return true;
    }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot) => Add(database, database.Table.Key(slot));

    /// <inheritdoc />
    public void Added(Database database, ReadOnlySpan<byte> key) => Add(database, key);

    /// <inheritdoc />
    public void Removing(Database database, Slot slot) => Add(database, database.Table.Key(slot));

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name) => Add(database, key);

    /// <inheritdoc />
    public void BeforeClear(Database database) => cannotFollow("A database was emptied: a relaxed snapshot cannot follow that.");

    /// <inheritdoc />
    public void BeforeSwap(Database first, Database second) => cannotFollow("Databases were exchanged: a relaxed snapshot cannot follow that.");

    private void Add(Database database, ReadOnlySpan<byte> key)
    {
        ChangedKey changed = new(database.Index, key.ToArray());
        if (_known.Add(changed))
            _inOrder.Enqueue(changed);
    }
}
