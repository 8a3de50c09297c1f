using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>
/// O_DIRECT of open(2): what is written goes to the disk from where it lies, past the system's cache. Address, place in the file and length must be multiples of <see cref="Alignment"/>. Not every file
/// system has it.
/// </summary>
internal static class DirectIo
{
    /// <summary>Bytes of a page, which is what disks and file systems ask for at most.</summary>
    public const int Alignment = 4096;

    private const int GetFlags = 3;
    private const int SetFlags = 4;

    private static readonly int Direct = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>Has what is written from now on go past the cache; false, and nothing has changed, if the system or the file system has no such way.</summary>
    public static bool TryBegin(SafeFileHandle file) => OperatingSystem.IsLinux() && TrySet(file, isDirect: true);

    /// <summary>Ends that.</summary>
    public static void End(SafeFileHandle file) => TrySet(file, isDirect: false);

    private static bool TrySet(SafeFileHandle file, bool isDirect)
    {
        int flags = Control(file, GetFlags, 0);
        return flags >= 0 && Control(file, SetFlags, isDirect ? flags | Direct : flags & ~Direct) == 0;
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(SafeFileHandle file, int command, nint argument);
}
