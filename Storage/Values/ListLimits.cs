namespace DragonflyFlow.Storage.Values;

/// <summary>Where a list stops being one packed block and becomes a chain of them (list-max-listpack-size).</summary>
public static class ListLimits
{
    private const int SmallestBytes = 4096;
    private const int DefaultBytes = 8192;
    private const int LevelMax = 5;

    /// <summary>Negative: -1 to -5 stand for blocks of 4, 8, 16, 32 and 64 KiB. Positive: entries of the small form, which then has at most 8 KiB.</summary>
    public static int MaxListpackSize { get; set; } = -2;

    /// <summary>Bytes of a node of a big list; also the most that the small form may have.</summary>
    public static int NodeBytes => MaxListpackSize < 0 ? SmallestBytes << (Math.Min(-MaxListpackSize, LevelMax) - 1) : DefaultBytes;

    /// <summary>Most entries of the small form.</summary>
    public static int PackedCountMax => MaxListpackSize < 0 ? PackedBlock.CountMax : Math.Clamp(MaxListpackSize, 1, PackedBlock.CountMax);
}
