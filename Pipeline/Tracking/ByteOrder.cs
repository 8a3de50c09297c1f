namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>Orders keys and prefixes by their bytes.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    /// <summary>The comparer; it has no state.</summary>
    public static readonly ByteOrder Comparer = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
