namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Where a walk over physical buckets is: a prefix of hashes and a bucket in the segment that has it, so that it keeps its meaning when
/// segments split and the directory doubles. The default value is the start.
/// </summary>
public readonly record struct WalkCursor
{
    private const ulong End = ulong.MaxValue;
    private readonly ulong _position;

    private WalkCursor(ulong position) => _position = position;

    /// <summary>Whether all buckets have been visited.</summary>
    public bool IsFinished => _position == End;

    /// <summary>The share of the hash range that is behind the cursor, 0 to 1.</summary>
    public double Progress => IsFinished ? 1 : Prefix / 4294967296.0;

    internal static WalkCursor Finished => new(End);

    internal uint Prefix => (uint)(_position >> 8);

    internal int Bucket => (int)(_position & 0xFF);

    internal static WalkCursor At(uint prefix, int bucket) => new(((ulong)prefix << 8) | (uint)bucket);
}
