using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>
/// Has Linux begin what it would begin late by itself, between a file and its cache. Hints: elsewhere nothing happens, and what goes wrong is told by who waits for it.
/// </summary>
internal static class PageCache
{
    private const uint Write = 2;

    /// <summary>sync_file_range: begins to write so many bytes to the disk, which otherwise wait for half a minute or for fsync; fsync at the end then has little left to wait for.</summary>
    public static void BeginWriting(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = SyncFileRange(file, offset, bytes, Write);
    }

    /// <summary>readahead: begins to read so many bytes from the disk.</summary>
    public static void BeginReading(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = ReadAhead(file, offset, (nint)bytes);
    }

    [DllImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);

    [DllImport("libc", EntryPoint = "readahead")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadAhead(SafeFileHandle file, long offset, nint bytes);
}
