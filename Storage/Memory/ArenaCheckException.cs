namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// A block was used against its contract: after it was freed, twice freed, or beyond its end. A defect of the program, never of its input.
/// </summary>
public sealed class ArenaCheckException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    public ArenaCheckException() { }

    /// <summary>Makes the exception with its message.</summary>
    public ArenaCheckException(string message) : base(message) { }

    /// <summary>Makes the exception with its message and cause.</summary>
    public ArenaCheckException(string message, Exception innerException) : base(message, innerException) { }

    internal static ArenaCheckException For(string arena, uint handle, long bytes, string what)
        => new($"arena {arena}: block 0x{handle:X8} of {bytes} bytes: {what}");
}
