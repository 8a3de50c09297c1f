namespace DragonflyFlow.Storage.Values;

// The invariants of the tree as code, for tests.
internal sealed partial class ScoreTree
{
    /// <summary>Looks at every node: order, counts, fill, keys of inner nodes, links of leaves.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong.</exception>
    internal void Verify()
    {
        uint lastLeaf = 0;
        long entries = _root == 0 ? 0 : Verify(_root, _height, ref lastLeaf);
        Require(entries == Count, $"{entries} entries are counted as {Count}");
        Require(lastLeaf == 0 || Node(lastLeaf).Next == 0, "a leaf is linked behind the last one");
    }

    private long Verify(uint handle, int level, ref uint lastLeaf)
    {
        ref ScoreNode node = ref Node(handle);
        Require(node.Count is > 0 and < ScoreNode.EntriesMax, $"a node of level {level} has {node.Count} entries");
        for (int i = 1; i < node.Count; i++)
            Require(InOrder(ref node, i - 1, ref node, i), $"entries {i - 1} and {i} of a node of level {level} are out of order");
        if (level == 1)
        {
            Require(node.Previous == lastLeaf, "a leaf is not linked to the one before it");
            Require(lastLeaf == 0 || Node(lastLeaf).Next == handle, "a leaf is not linked to the one behind it");
            Require(lastLeaf == 0 || InOrder(ref Node(lastLeaf), Node(lastLeaf).Count - 1, ref node, 0), "two leaves are out of order");
            lastLeaf = handle;
            return node.Count;
        }

        Require(node.Count >= (handle == _root ? 2 : EntriesMin), $"an inner node of level {level} has {node.Count} children");
        ref ScoreInnerNode inner = ref Inner(handle);
        long sum = 0;
        for (int i = 0; i < node.Count; i++)
        {
            long below = Verify(inner.Children[i], level - 1, ref lastLeaf);
            Require(below == inner.Counts[i], $"{below} entries below child {i} are counted as {inner.Counts[i]}");
            ref ScoreNode child = ref Node(inner.Children[i]);
            Require(child.Handles[0] == node.Handles[i] && child.Scores[0] == node.Scores[i], $"the key of child {i} is not its first entry");
            sum += below;
        }

        return sum;
    }

    private bool InOrder(ref ScoreNode a, int i, ref ScoreNode b, int j)
        => SortedSetBound.AtEntry(b.Scores[j], MemberOf(b.Handles[j])).IsBehind(a.Scores[i], MemberOf(a.Handles[i]));

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"score tree: {otherwise}");
    }
}
