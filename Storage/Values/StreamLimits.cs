namespace DragonflyFlow.Storage.Values;

/// <summary>When a node of a stream is full (stream-node-max-bytes, stream-node-max-entries). An approximate trim removes whole nodes only.</summary>
public static class StreamLimits
{
    /// <summary>The most bytes that the fields and values of one entry, or a node, may have.</summary>
    public const int BytesMax = 1 << 30;

    /// <summary>Bytes at which a node is full; 0 = <see cref="BytesMax"/>.</summary>
    public static int NodeBytesMax { get; set; } = 4096;

    /// <summary>Entries at which a node is full, removed ones included; 0 = no limit.</summary>
    public static int NodeEntriesMax { get; set; } = 100;

    /// <summary>Bytes at which a node is full.</summary>
    internal static int NodeBytes => NodeBytesMax is 0 or > BytesMax ? BytesMax : NodeBytesMax;
}
