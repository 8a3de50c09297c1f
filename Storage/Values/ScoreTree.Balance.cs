using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Values;

// Splits, merges and the counts that follow from them. "level" is that of the nodes that change: 1 for leaves.
internal sealed partial class ScoreTree
{
    /// <summary>A node with fewer entries gets some from a neighbour, or becomes one with it.</summary>
    private const int EntriesMin = ScoreNode.EntriesMax / 4;

    /// <summary>Two neighbours with fewer entries become one; it has room left, so that the next insertion does not split it again.</summary>
    private const int MergedMax = ScoreNode.EntriesMax * 3 / 4;

    private void GrowRoot(uint inserted)
    {
        uint root = AllocateNode(_height + 1);
        ref ScoreInnerNode inner = ref Inner(root);
        inner.Keys.Count = 1;
        inner.Children[0] = _root;
        inner.Counts[0] = (uint)EntriesBelow(_root, _height);
        RefreshKey(ref inner, 0);
        SplitChild(ref inner, 0, _height, inserted);
        _root = root;
        _height++;
    }

    private void ShrinkRoot()
    {
        while (_height > 1 && Node(_root).Count == 1)
        {
            uint child = Inner(_root).Children[0];
            FreeNode(_root, _height--);
            _root = child;
        }

        if (_height == 1 && Node(_root).Count == 0)
        {
            FreeNode(_root, 1);
            _root = 0;
            _height = 0;
        }
    }

    // A set that grows at its end (scores that are times) leaves full leaves behind; else both halves get the same.
    private void SplitChild(ref ScoreInnerNode parent, int child, int level, uint inserted)
    {
        uint left = parent.Children[child];
        uint right = AllocateNode(level);
        int count = Node(left).Count;
        bool grewAtEnd = level == 1 && child == parent.Keys.Count - 1 && Node(left).Handles[count - 1] == inserted;
        int kept = grewAtEnd ? count - 1 : count / 2;
        MoveEntries(left, kept, count - kept, right, 0, level);
        if (level == 1)
            LinkBehind(left, right);
        parent.Shift(child + 1, child + 2);
        parent.Keys.Count++;
        parent.Children[child + 1] = right;
        Recount(ref parent, child, level);
        Recount(ref parent, child + 1, level);
    }

    private void Rebalance(ref ScoreInnerNode parent, int child, int level)
    {
        int leftIndex = child > 0 ? child - 1 : child;
        uint left = parent.Children[leftIndex];
        uint right = parent.Children[leftIndex + 1];
        int leftCount = Node(left).Count;
        int rightCount = Node(right).Count;
        int target = (leftCount + rightCount) / 2;
        if (leftCount + rightCount <= MergedMax)
        {
            MoveEntries(right, 0, rightCount, left, leftCount, level);
            if (level == 1)
                Unlink(right);
            FreeNode(right, level);
            parent.Shift(leftIndex + 2, leftIndex + 1);
            parent.Keys.Count--;
        }
        else if (leftCount > rightCount)
        {
            MoveEntries(left, target, leftCount - target, right, 0, level);
            Recount(ref parent, leftIndex + 1, level);
        }
        else
        {
            MoveEntries(right, 0, target - leftCount, left, leftCount, level);
            Recount(ref parent, leftIndex + 1, level);
        }

        Recount(ref parent, leftIndex, level);
    }

    /// <summary>Moves entries, or children with what is below them, from the end or the beginning of a node to the beginning or the end of another.</summary>
    private void MoveEntries(uint from, int start, int count, uint to, int at, int level)
    {
        ref ScoreNode source = ref Node(from);
        ref ScoreNode target = ref Node(to);
        if (level > 1)
        {
            ref ScoreInnerNode innerSource = ref Inner(from);
            ref ScoreInnerNode innerTarget = ref Inner(to);
            innerTarget.Shift(at, at + count);
            ((Span<uint>)innerSource.Children).Slice(start, count).CopyTo(((Span<uint>)innerTarget.Children)[at..]);
            ((Span<uint>)innerSource.Counts).Slice(start, count).CopyTo(((Span<uint>)innerTarget.Counts)[at..]);
        }
        else
        {
            target.Shift(at, at + count);
        }

        ((Span<double>)source.Scores).Slice(start, count).CopyTo(((Span<double>)target.Scores)[at..]);
        ((Span<uint>)source.Handles).Slice(start, count).CopyTo(((Span<uint>)target.Handles)[at..]);
        target.Count += count;
        if (level > 1)
            Inner(from).Shift(start + count, start);
        else
            source.Shift(start + count, start);
        source.Count -= count;
    }

    private void Recount(ref ScoreInnerNode parent, int child, int level)
    {
        parent.Counts[child] = (uint)EntriesBelow(parent.Children[child], level);
        RefreshKey(ref parent, child);
    }

    private void RefreshKey(ref ScoreInnerNode parent, int child)
    {
        ref ScoreNode node = ref Node(parent.Children[child]);
        parent.Keys.Set(child, node.Scores[0], node.Handles[0]);
    }

    private long EntriesBelow(uint node, int level)
    {
        if (level == 1)
            return Node(node).Count;
        ref ScoreInnerNode inner = ref Inner(node);
        long sum = 0;
        for (int i = 0; i < inner.Keys.Count; i++)
            sum += inner.Counts[i];
        return sum;
    }

    private void LinkBehind(uint leaf, uint fresh)
    {
        uint next = Node(leaf).Next;
        Node(fresh).Next = next;
        Node(fresh).Previous = leaf;
        Node(leaf).Next = fresh;
        if (next != 0)
            Node(next).Previous = fresh;
    }

    private void Unlink(uint leaf)
    {
        (uint previous, uint next) = (Node(leaf).Previous, Node(leaf).Next);
        if (previous != 0)
            Node(previous).Next = next;
        if (next != 0)
            Node(next).Previous = previous;
    }

    private uint AllocateNode(int level)
    {
        int bytes = BytesOf(level);
        uint node = arena.Allocate(bytes);
        NodeBytes += Arena.CapacityOf(bytes);
        ref ScoreNode fresh = ref Node(node);
        fresh.Count = 0;
        fresh.Next = 0;
        fresh.Previous = 0;
        return node;
    }

    private void FreeNode(uint node, int level)
    {
        int bytes = BytesOf(level);
        arena.Free(node, bytes);
        NodeBytes -= Arena.CapacityOf(bytes);
    }

    private static int BytesOf(int level) => level == 1 ? LeafBytes : InnerBytes;
}
