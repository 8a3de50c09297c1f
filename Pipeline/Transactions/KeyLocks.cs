namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Lists of locks of one transaction.</summary>
internal static class KeyLocks
{
    /// <summary>Sorts by shard and hash and leaves each key once, with its stronger use: a transaction must not stand against itself.</summary>
    public static void SortOnce(List<KeyLock> locks)
    {
        locks.Sort(static (a, b) => a.Shard != b.Shard ? a.Shard.CompareTo(b.Shard) : a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : b.Exclusive.CompareTo(a.Exclusive));
        int kept = 0;
        for (int i = 0; i < locks.Count; i++)
        {
            if (kept == 0 || locks[kept - 1].Shard != locks[i].Shard || locks[kept - 1].Hash != locks[i].Hash)
                locks[kept++] = locks[i];
        }

        locks.RemoveRange(kept, locks.Count - kept);
    }
}
