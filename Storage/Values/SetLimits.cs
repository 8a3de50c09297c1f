namespace DragonflyFlow.Storage.Values;

/// <summary>Up to where a set stays one block. Read by all shards; set by CONFIG.</summary>
public static class SetLimits
{
    private static int _membersMax = 128;

    /// <summary>Most members of a set of integers only (set-max-intset-entries).</summary>
    public static int IntegersMax { get; set; } = 512;

    /// <summary>Most members of a packed set (set-max-listpack-entries); beyond what a block can hold it counts as that.</summary>
    public static int MembersMax
    {
        get => _membersMax;
        set => _membersMax = Math.Clamp(value, 0, PackedBlock.CountMax);
    }

    /// <summary>Most bytes of a member of a packed set (set-max-listpack-value).</summary>
    public static int MemberBytesMax { get; set; } = 64;
}
