namespace DragonflyFlow.Protocol.Wire.Frames;

/// <summary>What stands before the words of a change: where it belongs in its shard's journal, and what it concerns.</summary>
public readonly record struct ChangeHeader
{
    /// <summary>The change's number in its shard's journal, from 1 without gaps; 0 for what is no change (a base value, a marker).</summary>
    public long Lsn { get; init; }

    /// <summary>The transaction that made it: a command, a MULTI, a script. Equal on all shards that took part.</summary>
    public ulong Transaction { get; init; }

    /// <summary>Shards whose journals have changes of this transaction.</summary>
    public int Shards { get; init; }

    /// <summary>Changes of this transaction that follow in this journal; 0 for its last.</summary>
    public int Left { get; init; }

    /// <summary>The database that was selected.</summary>
    public int Database { get; init; }

    /// <summary>The cluster slot of its keys; -1 for a change without a key, or, outside clusters, with keys of several slots.</summary>
    public int Slot { get; init; }
}
