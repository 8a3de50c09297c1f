using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Values;

// An entry gets another score. Nearly always neither the leaf it leaves nor the one it comes to has to be split, merged or known by another first entry: then the
// tree keeps its shape, both ways down are taken once, and only the counts on them change.
internal sealed partial class ScoreTree
{
    /// <summary>More levels than 2^32 entries can fill: a node has <see cref="EntriesMin"/> children at least.</summary>
    private const int LevelsMax = 12;

    /// <summary>Gives an entry another score.</summary>
    public void Move(double score, double newScore, uint handle)
    {
        if (TryMoveInShape(score, newScore, handle))
            return;
        Remove(score, handle);
        Insert(newScore, handle);
    }

    [SkipLocalsInit]
    private bool TryMoveInShape(double score, double newScore, uint handle)
    {
        Span<Turn> way = stackalloc Turn[LevelsMax];
        Span<Turn> newWay = stackalloc Turn[LevelsMax];
        ReadOnlySpan<byte> member = members.KeyOfRecord(handle);
        SortedSetBound place = SortedSetBound.AtEntry(newScore, member);
        (uint node, uint newNode) = LeavesAt(SortedSetBound.AtEntry(score, member, after: true), place, way, newWay);
        ref ScoreNode leaf = ref Node(node);
        int from = ((ReadOnlySpan<uint>)leaf.Handles)[..leaf.Count].IndexOf(handle);
        if (from <= 0)
            return false;
        if (leaf.Scores[0] < newScore && newScore < leaf.Scores[leaf.Count - 1])
        {
            leaf.Move(from, IndexOf(ref leaf, place, 0), newScore, handle);
            return true;
        }

        if (leaf.Count <= EntriesMin)
            return false;
        ref ScoreNode target = ref Node(newNode);
        int to = IndexOf(ref target, place, 0);
        if (to == 0 || target.Count >= ScoreNode.EntriesMax - 1)
            return false;
        if (Unsafe.AreSame(ref leaf, ref target))
        {
            leaf.Move(from, to, newScore, handle);
            return true;
        }

        leaf.Shift(from + 1, from);
        leaf.Count--;
        target.Shift(to, to + 1);
        target.Set(to, newScore, handle);
        target.Count++;
        Recount(way, newWay);
        return true;
    }

    // The leaves that two places lie in, and the ways there from the root. Both are gone at a time: while one waits for a node the other does not.
    private (uint Leaf, uint OtherLeaf) LeavesAt(in SortedSetBound bound, in SortedSetBound otherBound, Span<Turn> way, Span<Turn> otherWay)
    {
        uint node = _root;
        uint otherNode = _root;
        for (int i = 0; i < _height - 1; i++)
        {
            ref ScoreInnerNode inner = ref Inner(node);
            ref ScoreInnerNode otherInner = ref Inner(otherNode);
            way[i] = new Turn(node, ChildOf(ref inner.Keys, bound));
            otherWay[i] = new Turn(otherNode, ChildOf(ref otherInner.Keys, otherBound));
            node = inner.Children[way[i].Child];
            otherNode = otherInner.Children[otherWay[i].Child];
        }

        return (node, otherNode);
    }

    // One entry less below one way, one more below another.
    private void Recount(ReadOnlySpan<Turn> less, ReadOnlySpan<Turn> more)
    {
        for (int i = 0; i < _height - 1; i++)
        {
            Inner(less[i].Node).Counts[less[i].Child]--;
            Inner(more[i].Node).Counts[more[i].Child]++;
        }
    }

    /// <summary>Which child of an inner node a way goes on to.</summary>
    private readonly record struct Turn(uint Node, int Child);
}
