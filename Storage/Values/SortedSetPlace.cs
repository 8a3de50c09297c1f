using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>What a look-up of a member found: whether it is there, its score, and where, so that a change does not look again.</summary>
public readonly struct SortedSetPlace
{
    internal SortedSetPlace(bool exists, double score)
    {
        Exists = exists;
        Score = score;
    }

    /// <summary>Whether the member is there.</summary>
    public bool Exists { get; }

    /// <summary>Its score; 0 if it is not there.</summary>
    public double Score { get; }

    /// <summary>Of a big set: the member's record.</summary>
    internal Slot Slot { get; init; }

    /// <summary>Of a big set: the member's hash.</summary>
    internal ulong Hash { get; init; }

    /// <summary>Of a small set: the member's position in the block.</summary>
    internal int Position { get; init; }
}
