using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>madvise(2), for what makes memory faster and never changes what is in it: elsewhere, and where a kernel does not know an advice, nothing happens.</summary>
internal static unsafe partial class MemoryAdvice
{
    public static void Give(void* start, nuint bytes, int advice)
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
