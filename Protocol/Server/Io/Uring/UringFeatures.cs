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

    /// <summary>A wait for several completions can be content with fewer after a time (Linux 6.12).</summary>
    MinimalWait = 1 << 15,
}
