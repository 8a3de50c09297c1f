// Owner: the shard.

using System.Runtime.InteropServices;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// Counting locks on the fingerprints of keys. They never block: taking one says whether it was free, and counts it in any case, so that whoever comes later
/// sees it. The dictionary keeps its memory; in the steady state nothing is allocated.
/// </summary>
internal sealed class KeyLockTable
{
    private readonly Dictionary<ulong, Holders> _holders = [];

    /// <summary>Locked fingerprints.</summary>
    public int Count => _holders.Count;

    /// <summary>Whether nobody has a lock on the key that stands against this use of it.</summary>
    public bool IsFree(ulong hash, bool exclusive)
        => !_holders.TryGetValue(hash, out Holders holders) || (holders.Exclusive == 0 && (!exclusive || holders.Shared == 0));

    /// <summary>As <see cref="IsFree(ulong, bool)"/>, of several keys.</summary>
    public bool IsFree(ReadOnlySpan<KeyLock> keys)
    {
        foreach (KeyLock key in keys)
        {
            if (!IsFree(key.Hash, key.Exclusive))
                return false;
        }

        return true;
    }

    /// <summary>Counts the locks, free or not.</summary>
    public void Acquire(ReadOnlySpan<KeyLock> keys)
    {
        foreach (KeyLock key in keys)
        {
            ref Holders holders = ref CollectionsMarshal.GetValueRefOrAddDefault(_holders, key.Hash, out _);
            if (key.Exclusive)
                holders.Exclusive++;
            else
                holders.Shared++;
        }
    }

    /// <summary>Gives back what <see cref="Acquire"/> has counted.</summary>
    public void Release(ReadOnlySpan<KeyLock> keys)
    {
        foreach (KeyLock key in keys)
        {
            ref Holders holders = ref CollectionsMarshal.GetValueRefOrNullRef(_holders, key.Hash);
            if (key.Exclusive)
                holders.Exclusive--;
            else
                holders.Shared--;
            if (holders is { Shared: 0, Exclusive: 0 })
                _holders.Remove(key.Hash);
        }
    }

    private struct Holders
    {
        public int Shared;
        public int Exclusive;
    }
}
