namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>A frame of a file. Good as long as the input that it was read from.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Body">Its MessagePack fields.</param>
/// <param name="Offset">Where in the file its first byte stands.</param>
public readonly record struct DfFrame(DfFrameKind Kind, ReadOnlyMemory<byte> Body, long Offset)
{
    /// <summary>Bytes before the body: the head of a MessagePack extension of the widest form, so that a length can be put in afterwards.</summary>
    internal const int HeadBytes = 6;

    /// <summary>The first byte of a frame.</summary>
    internal const byte Mark = MessagePack.MessagePackCode.Ext32;
}
