namespace DragonflyFlow.Protocol.Wire.Frames;

/// <summary>What arrived is no frame: the stream it came from cannot be read on.</summary>
public sealed class FrameException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public FrameException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong, and what found it.</summary>
    public FrameException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
