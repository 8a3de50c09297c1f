using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The order of a big sorted set: a counted B+ tree of (score, member record) in the shard's arena. Insertion, removal, rank and the way to a rank take
/// O(log n); leaves are linked, so a range is read without going up again. Equal scores are ordered by the bytes of their members, as Redis does.
/// </summary>
/// <remarks>
/// Nodes come from and go to the arena, so a change of a score allocates nothing. Every inner node holds the first entry of each child, and it is an entry that
/// exists: a removed record is never compared. Here are the ways through the tree; ScoreTree.Move.cs changes a score, ScoreTree.Balance.cs keeps the
/// nodes between half empty and full.
/// </remarks>
internal sealed partial class ScoreTree(Arena arena, DashTable members)
{
    private static readonly int LeafBytes = Unsafe.SizeOf<ScoreNode>();
    private static readonly int InnerBytes = Unsafe.SizeOf<ScoreInnerNode>();

    private uint _root;
    private int _height; // 0: no node; 1: the root is a leaf

    /// <summary>Entries.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of the nodes.</summary>
    public long NodeBytes { get; private set; }

    /// <summary>Adds an entry whose member is in the table and not in the tree.</summary>
    public void Insert(double score, uint handle)
    {
        if (_root == 0)
        {
            _root = AllocateNode(level: 1);
            _height = 1;
        }

        Insert(_root, _height, SortedSetBound.AtEntry(score, members.KeyOfRecord(handle)), score, handle);
        if (Node(_root).Count == ScoreNode.EntriesMax)
            GrowRoot(handle);
        Count++;
    }

    /// <summary>Removes an entry; its record is still in the table.</summary>
    public void Remove(double score, uint handle)
    {
        Remove(_root, _height, SortedSetBound.AtEntry(score, members.KeyOfRecord(handle), after: true), handle);
        Count--;
        ShrinkRoot();
    }

    /// <summary>Entries before a place.</summary>
    public long CountBefore(in SortedSetBound bound)
    {
        long before = 0;
        uint node = _root;
        for (int level = _height; level > 1; level--)
        {
            ref ScoreInnerNode inner = ref Inner(node);
            int child = ChildOf(ref inner.Keys, bound);
            for (int i = 0; i < child; i++)
                before += inner.Counts[i];
            node = inner.Children[child];
        }

        return node == 0 ? 0 : before + IndexOf(ref Node(node), bound, 0);
    }

    /// <summary>The leaf of a rank in 0..Count-1, and the index in it.</summary>
    public uint LeafOf(long rank, out int index)
    {
        uint node = _root;
        for (int level = _height; level > 1; level--)
        {
            ref ScoreInnerNode inner = ref Inner(node);
            int child = 0;
            for (; rank >= inner.Counts[child]; child++)
                rank -= inner.Counts[child];
            node = inner.Children[child];
        }

        index = (int)rank;
        return node;
    }

    /// <summary>A node by its handle.</summary>
    public ref ScoreNode Node(uint node) => ref MemoryMarshal.AsRef<ScoreNode>(arena.Bytes(node, LeafBytes));

    /// <summary>The member of a record.</summary>
    public ReadOnlySpan<byte> MemberOf(uint handle) => members.KeyOfRecord(handle);

    /// <summary>Frees so many nodes at most, and takes them from <paramref name="nodes"/>; false when none is left. What remains in between is no tree any more.</summary>
    public bool FreeSome(ref long nodes)
    {
        for (; _root != 0; nodes--)
        {
            if (nodes == 0)
                return true;
            FreeLast();
        }

        Count = 0;
        return false;
    }

    private ref ScoreInnerNode Inner(uint node) => ref MemoryMarshal.AsRef<ScoreInnerNode>(arena.Bytes(node, InnerBytes));

    // True: the first entry of the node is another one now, which its parent has to know.
    private bool Insert(uint node, int level, in SortedSetBound bound, double score, uint handle)
    {
        if (level == 1)
        {
            ref ScoreNode leaf = ref Node(node);
            int index = IndexOf(ref leaf, bound, 0);
            leaf.Shift(index, index + 1);
            leaf.Set(index, score, handle);
            leaf.Count++;
            return index == 0;
        }

        ref ScoreInnerNode inner = ref Inner(node);
        int child = ChildOf(ref inner.Keys, bound);
        bool isFirst = Insert(inner.Children[child], level - 1, bound, score, handle);
        inner.Counts[child]++;
        if (isFirst)
            RefreshKey(ref inner, child);
        if (Node(inner.Children[child]).Count == ScoreNode.EntriesMax)
            SplitChild(ref inner, child, level - 1, handle);
        return isFirst && child == 0;
    }

    private bool Remove(uint node, int level, in SortedSetBound bound, uint handle)
    {
        if (level == 1)
        {
            ref ScoreNode leaf = ref Node(node);
            int index = IndexOf(ref leaf, bound, 0) - 1;
            if (leaf.Handles[index] != handle)
                throw new InvalidOperationException("The order of a sorted set does not have a member that its table has.");
            leaf.Shift(index + 1, index);
            leaf.Count--;
            return index == 0;
        }

        ref ScoreInnerNode inner = ref Inner(node);
        int child = ChildOf(ref inner.Keys, bound);
        bool wasFirst = Remove(inner.Children[child], level - 1, bound, handle);
        inner.Counts[child]--;
        if (Node(inner.Children[child]).Count < EntriesMin)
            Rebalance(ref inner, child, level - 1);
        else if (wasFirst)
            RefreshKey(ref inner, child);
        return wasFirst && child == 0;
    }

    // The last child whose first entry lies before the place; the first child takes what lies before everything.
    private int ChildOf(ref ScoreNode keys, in SortedSetBound bound) => IndexOf(ref keys, bound, 1) - 1;

    // The first index from a start on whose entry does not lie before the place.
    private int IndexOf(ref ScoreNode node, in SortedSetBound bound, int start)
    {
        ReadOnlySpan<double> scores = node.Scores;
        int low = Math.Max(start, bound.CountBefore(scores[..node.Count], out int high));
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (bound.IsBehindMember(members.KeyOfRecord(node.Handles[middle])))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // The last node that has none below it; the one above it forgets it.
    private void FreeLast()
    {
        uint above = 0;
        uint node = _root;
        int level = _height;
        while (level > 1 && Inner(node).Keys.Count > 0)
        {
            above = node;
            ref ScoreInnerNode inner = ref Inner(node);
            node = inner.Children[inner.Keys.Count - 1];
            level--;
        }

        if (above == 0)
            _root = 0;
        else
            Inner(above).Keys.Count--;
        FreeNode(node, level);
    }
}
