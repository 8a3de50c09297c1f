using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Values;

// An entry gets another score. Nearly always neither the leaf it leaves nor the one it comes to has to be split, merged or known by another first entry: then the
// tree keeps its shape, each way down is taken once, and only the counts on the two ways change.
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
        ReadOnlySpan<byte> member = members.KeyOfRecord(handle);
        ref ScoreNode leaf = ref Node(LeafAt(SortedSetBound.AtEntry(score, member, after: true), way));
        int from = ((ReadOnlySpan<uint>)leaf.Handles)[..leaf.Count].IndexOf(handle);
        if (from <= 0)
            return false;
        SortedSetBound place = SortedSetBound.AtEntry(newScore, member);
        if (leaf.Scores[0] < newScore && newScore < leaf.Scores[leaf.Count - 1])
        {
            leaf.Move(from, IndexOf(ref leaf, place, 0), newScore, handle);
            return true;
        }

        if (leaf.Count <= EntriesMin)
            return false;
        Span<Turn> newWay = stackalloc Turn[LevelsMax];
        ref ScoreNode target = ref Node(LeafAt(place, newWay));
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

    // The leaf that a place lies in, and the way there from the root.
    private uint LeafAt(in SortedSetBound bound, Span<Turn> way)
    {
        uint node = _root;
        for (int i = 0; i < _height - 1; i++)
        {
            ref ScoreInnerNode inner = ref Inner(node);
            int child = ChildOf(ref inner.Keys, bound);
            way[i] = new Turn(node, child);
            node = inner.Children[child];
        }

        return node;
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
