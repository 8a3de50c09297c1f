namespace DragonflyFlow.Tests.Simulator.Disks;

/// <summary>What can be wrong with a disk for a time.</summary>
internal enum DiskTrouble
{
    /// <summary>It is full: a write gets some of its bytes in, and fails.</summary>
    Full,

    /// <summary>No file can be made or removed.</summary>
    ReadOnly,

    /// <summary>No file can be given another name.</summary>
    RefusesRenames,

    /// <summary>Files and directories cannot be flushed.</summary>
    RefusesFlushes,
}

/// <summary>A disk that refuses, as the run wants it: a snapshot that fails for it has a reason.</summary>
internal sealed class DiskTroubleException(string path, DiskTrouble trouble) : IOException($"'{path}': {trouble}, {Words}")
{
    /// <summary>Words by which such a reason is known.</summary>
    public const string Words = "as the run wants it";
}
