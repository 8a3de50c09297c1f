namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>A prefix and who is told of all keys that begin with it. Never changed; the hub replaces it.</summary>
internal sealed record PrefixReaders(byte[] Prefix, ClientTracking[] Readers)
{
    /// <summary>Whether one of the two begins with the other: one client may not have both.</summary>
    public static bool Overlap(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.StartsWith(other) || other.StartsWith(one);
}
