using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Asks Linux for 2 MiB pages: a lookup in millions of records then misses the cache but not the translation of addresses too. Elsewhere
/// nothing.
/// </summary>
internal static unsafe partial class HugePages
{
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE of madvise(2)

    public static void Advise(void* start, nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MemoryAdvise(start, bytes, AdviseHugePage); // an optimisation: a kernel without it answers EINVAL and nothing is lost
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* start, nuint bytes, int advice);
}
