using System.Numerics;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>A set of hash slots, a bit for each. Immutable: any thread reads it.</summary>
public sealed class SlotSet : IEquatable<SlotSet>
{
    private const int Words = KeySlot.Count / 64;

    private readonly ulong[] _bits;

    private SlotSet(ulong[] bits)
    {
        _bits = bits;
        foreach (ulong word in bits)
            Count += BitOperations.PopCount(word);
        Ranges = FindRanges();
    }

    /// <summary>No slot.</summary>
    public static SlotSet Empty { get; } = new(new ulong[Words]);

    /// <summary>Every slot.</summary>
    public static SlotSet All { get; } = Of([new SlotRange(0, KeySlot.Count - 1)]);

    /// <summary>Slots in it.</summary>
    public int Count { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The slots as the fewest ranges, ascending.</summary>
    public IReadOnlyList<SlotRange> Ranges { get; }

    /// <summary>The slots of these ranges, which lie within the cluster's.</summary>
    public static SlotSet Of(IEnumerable<SlotRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ulong[] bits = new ulong[Words];
        foreach (SlotRange range in ranges)
        {
            for (int slot = range.Start; slot <= range.End; slot++)
                bits[slot >> 6] |= 1UL << (slot & 63);
        }

        return new SlotSet(bits);
    }

    /// <summary>Whether a slot is in it.</summary>
    public bool Contains(int slot) => ((_bits[slot >> 6] >> (slot & 63)) & 1) != 0;

    /// <summary>Those in this set or in the other.</summary>
    public SlotSet Union(SlotSet other) => Combine(other, static (mine, theirs) => mine | theirs);

    /// <summary>Those in this set that are not in the other.</summary>
    public SlotSet Except(SlotSet other) => Combine(other, static (mine, theirs) => mine & ~theirs);

    /// <summary>Those in both.</summary>
    public SlotSet Intersect(SlotSet other) => Combine(other, static (mine, theirs) => mine & theirs);

    /// <summary>Those for which <paramref name="isWanted"/> is true.</summary>
    public SlotSet Where(Func<int, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        ulong[] bits = new ulong[Words];
        for (int word = 0; word < Words; word++)
        {
            for (ulong rest = _bits[word]; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                if (isWanted((word << 6) + bit))
                    bits[word] |= 1UL << bit;
            }
        }

        return new SlotSet(bits);
    }

    /// <inheritdoc />
    public bool Equals(SlotSet? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SlotSet);

    /// <inheritdoc />
    public override int GetHashCode() => Count;

    /// <summary>"0-5460 7000".</summary>
    public override string ToString() => string.Join(' ', Ranges);

    private SlotSet Combine(SlotSet other, Func<ulong, ulong, ulong> combine)
    {
        ArgumentNullException.ThrowIfNull(other);
        ulong[] bits = new ulong[Words];
        for (int i = 0; i < Words; i++)
            bits[i] = combine(_bits[i], other._bits[i]);
        return new SlotSet(bits);
    }

    private List<SlotRange> FindRanges()
    {
        List<SlotRange> ranges = [];
        for (int slot = 0; slot < KeySlot.Count; slot++)
        {
            if (!Contains(slot))
                continue;
            int start = slot;
            while (slot + 1 < KeySlot.Count && Contains(slot + 1))
                slot++;
            ranges.Add(new SlotRange(start, slot));
        }

        return ranges;
    }
}
