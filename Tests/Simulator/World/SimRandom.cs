namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>A stream of random numbers that a seed and a name decide (SplitMix64): the same in every process and every version of the framework.</summary>
internal sealed class SimRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream of its own, so that what one part draws does not shift what another one gets.</summary>
    public static SimRandom Of(ulong seed, string name)
    {
        ulong hash = TraceHash.Start ^ (seed * 0x9E3779B97F4A7C15UL);
        foreach (char c in name)
            hash = TraceHash.Mix(hash, c);
        return new SimRandom(hash);
    }

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Next() % (uint)bound);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double share) => (Next() >> 11) * (1.0 / (1UL << 53)) < share;

    public T Pick<T>(IReadOnlyList<T> of) => of[Below(of.Count)];
}
