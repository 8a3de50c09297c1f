using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>mmap(2) and munmap(2), as they are.</summary>
internal static partial class MemoryMap
{
    /// <summary>PROT_READ | PROT_WRITE.</summary>
    public const int ReadWrite = 3;

    /// <summary>What <see cref="Map"/> answers when it is refused (MAP_FAILED).</summary>
    public const nint Failed = -1;

    /// <summary>Maps memory; <see cref="Failed"/> and an error number if it is refused.</summary>
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Map(nint address, nuint bytes, int protection, int flags, int descriptor, nint offset);

    /// <summary>Gives mapped memory back; 0 if it was done.</summary>
    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Unmap(nint address, nuint bytes);
}
