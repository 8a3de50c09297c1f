using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>
/// sync_file_range: has Linux begin to write bytes of a file to the disk, which otherwise waits for half a minute or for fsync; fsync at the end then has little left to
/// wait for. A hint: what goes wrong is told by fsync.
/// </summary>
internal static class Writeback
{
    private const uint Write = 2;

    /// <summary>Begins with so many bytes from an offset on; elsewhere than on Linux nothing happens.</summary>
    public static void Begin(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = SyncFileRange(file, offset, bytes, Write);
    }

    [DllImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}
