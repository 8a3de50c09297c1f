using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A node of a <see cref="ScoreTree"/>, as it lies in the arena. Of a leaf these are its entries, of an inner node the first entry of each child. Scores stand
/// together, so that a search reads few cache lines and looks at members only where scores are equal.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScoreNode
{
    /// <summary>Places of a node. One stays free: a node that fills up is split at once. 62 make a leaf fill the arena's block of 768 bytes.</summary>
    public const int EntriesMax = 62;

    /// <summary>Entries or children.</summary>
    public int Count;

    /// <summary>Of a leaf: the leaf behind it, or 0.</summary>
    public uint Next;

    /// <summary>Of a leaf: the leaf before it, or 0.</summary>
    public uint Previous;

    /// <summary>Scores in ascending order.</summary>
    public ScoreNodeScores Scores;

    /// <summary>Records of the members in the table of the sorted set.</summary>
    public ScoreNodeWords Handles;

    /// <summary>Opens or closes a gap: moves what is from <paramref name="from"/> on to <paramref name="to"/>.</summary>
    public void Shift(int from, int to)
    {
        Span<double> scores = Scores;
        ShortMove.Copy(scores[from..Count], scores[to..]);
        Span<uint> handles = Handles;
        ShortMove.Copy(handles[from..Count], handles[to..]);
    }

    /// <summary>Moves the entry at an index before the one at another, with a new score; what lies between makes room.</summary>
    public void Move(int from, int to, double score, uint handle)
    {
        Span<double> scores = Scores;
        Span<uint> handles = Handles;
        if (to > from)
        {
            to--;
            ShortMove.Copy(scores[(from + 1)..(to + 1)], scores[from..]);
            ShortMove.Copy(handles[(from + 1)..(to + 1)], handles[from..]);
        }
        else
        {
            ShortMove.Copy(scores[to..from], scores[(to + 1)..]);
            ShortMove.Copy(handles[to..from], handles[(to + 1)..]);
        }

        Set(to, score, handle);
    }

    /// <summary>Writes an entry.</summary>
    public void Set(int index, double score, uint handle)
    {
        Scores[index] = score;
        Handles[index] = handle;
    }
}

/// <summary>An inner node: children and how many entries are below each.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScoreInnerNode
{
    /// <summary>The first entry of each child.</summary>
    public ScoreNode Keys;

    /// <summary>The children.</summary>
    public ScoreNodeWords Children;

    /// <summary>Entries below each child.</summary>
    public ScoreNodeWords Counts;

    /// <summary>Opens or closes a gap, the keys included.</summary>
    public void Shift(int from, int to)
    {
        Span<uint> children = Children;
        ShortMove.Copy(children[from..Keys.Count], children[to..]);
        Span<uint> counts = Counts;
        ShortMove.Copy(counts[from..Keys.Count], counts[to..]);
        Keys.Shift(from, to);
    }
}

/// <summary>The scores of a node.</summary>
[InlineArray(ScoreNode.EntriesMax)]
internal struct ScoreNodeScores
{
    private double _first;
}

/// <summary>Handles or counts of a node.</summary>
[InlineArray(ScoreNode.EntriesMax)]
internal struct ScoreNodeWords
{
    private uint _first;
}
