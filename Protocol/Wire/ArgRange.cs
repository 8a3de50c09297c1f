namespace DragonflyFlow.Protocol.Wire;

/// <summary>Where one argument lies.</summary>
public struct ArgRange
{
    /// <summary>Offset of the first byte in the input buffer's array.</summary>
    public int Offset;

    /// <summary>Bytes.</summary>
    public int Length;
}
