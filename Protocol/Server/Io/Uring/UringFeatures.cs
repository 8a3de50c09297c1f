namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>What the kernel says of itself in io_uring_setup(2), as far as this engine relies on it.</summary>
[Flags]
internal enum UringFeatures : uint
{
    None = 0,

    /// <summary>One mapping has both rings.</summary>
    SingleMap = 1 << 0,

    /// <summary>Completions that find no room are kept.</summary>
    NoDrop = 1 << 1,
}
