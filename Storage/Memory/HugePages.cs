using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Asks Linux for 2 MiB pages: a lookup in millions of records then misses the cache but not the translation of addresses too. Elsewhere
/// nothing.
/// </summary>
internal static unsafe partial class HugePages
{
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE of madvise(2)
    private const int AdviseCollapse = 25; // MADV_COLLAPSE, since Linux 6.1

    /// <summary>Asks for huge pages some time: the kernel makes them in the background, some megabytes a second.</summary>
    public static void Advise(void* start, nuint bytes) => Advise(start, bytes, AdviseHugePage);

    /// <summary>Has huge pages made of what is there, at once: about half a millisecond for 2 MiB, in which whoever uses them waits for a part of it.</summary>
    public static void Collapse(void* start, nuint bytes) => Advise(start, bytes, AdviseCollapse);

    private static void Advise(void* start, nuint bytes, int advice)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MemoryAdvise(start, bytes, advice); // an optimisation: a kernel without it answers EINVAL and nothing is lost
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* start, nuint bytes, int advice);
}
