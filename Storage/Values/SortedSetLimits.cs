namespace DragonflyFlow.Storage.Values;

/// <summary>Up to where a sorted set stays one packed block. Read by all shards; set by CONFIG.</summary>
public static class SortedSetLimits
{
    // A member is two entries of a block.
    private const int MembersCeiling = PackedBlock.CountMax / 2;

    private static int _membersMax = 128;

    /// <summary>Most members of the small form (zset-max-listpack-entries); beyond what a block can hold it counts as that.</summary>
    public static int MembersMax
    {
        get => _membersMax;
        set => _membersMax = Math.Clamp(value, 0, MembersCeiling);
    }

    /// <summary>Most bytes of a member of the small form (zset-max-listpack-value).</summary>
    public static int MemberBytesMax { get; set; } = 64;
}
