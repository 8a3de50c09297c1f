namespace DragonflyFlow.Protocol.Wire;

/// <summary>What a reader of replies accepts from the other side.</summary>
public sealed record RespLimits
{
    /// <summary>The limits that hold where none are given.</summary>
    public static RespLimits Default { get; } = new();

    /// <summary>Bytes of one whole reply. Default: 1 GiB.</summary>
    public int FrameBytesMax { get; init; } = 1 << 30;

    /// <summary>Bytes of a line: a length, a number, a simple string or an error. Default: 64 KiB.</summary>
    public int LineBytesMax { get; init; } = 65536;

    /// <summary>Aggregates inside each other. Default: 128.</summary>
    public int DepthMax { get; init; } = 128;
}
