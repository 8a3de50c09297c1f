// Owner: the shard while it is filled, then the block that writes it.

using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>Frames of one shard on their way to the target.</summary>
internal sealed class FlowChunk : IDisposable
{
    /// <summary>Bytes at which a chunk is full, though the one before it is still on its way: what a target applies in about the time that its other clients may wait.</summary>
    public const int BytesFull = 16 * 1024;

    /// <summary>The frames.</summary>
    public FrameBuffer Frames { get; } = new();

    /// <summary>Bytes in it.</summary>
    public int Length => Frames.Length;

    /// <summary>Gives its memory back.</summary>
    public void Dispose() => Frames.Dispose();
}
