namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Asks Linux for 2 MiB pages: a lookup in millions of records then misses the cache but not the translation of addresses too. Elsewhere
/// nothing.
/// </summary>
internal static unsafe class HugePages
{
    private const nuint Bytes = 2 * 1024 * 1024;
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS of mmap(2)
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE of madvise(2)
    private const int AdviseCollapse = 25; // MADV_COLLAPSE, since Linux 6.1

    /// <summary>Asks for huge pages some time: the kernel makes them in the background, some megabytes a second.</summary>
    public static void Advise(void* start, nuint bytes) => MemoryAdvice.Give(start, bytes, AdviseHugePage);

    /// <summary>
    /// Has a huge page made of what is there, at once. While the kernel copies into the page, whoever shares the core waits, since it does not let itself be preempted there: 0.4 ms
    /// where the machine has the memory at hand, 4 ms where its host has to give it again first (decision 96). So the memory is had first, in a
    /// place where the kernel does give way: a page is made and freed again, which is the one that is found next.
    /// </summary>
    public static void Collapse(void* start)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Warm();
        MemoryAdvice.Give(start, Bytes, AdviseCollapse);
    }

    private static void Warm()
    {
        nint place = MemoryMap.Map(0, 2 * Bytes, MemoryMap.ReadWrite, PrivateAnonymous, descriptor: -1, offset: 0);
        if (place == MemoryMap.Failed)
            return; // an optimisation
        void* aligned = (void*)(((nuint)place + Bytes - 1) & ~(Bytes - 1));
        Advise(aligned, Bytes);
        NewPages.Make(aligned, Bytes);
        _ = MemoryMap.Unmap(place, 2 * Bytes);
    }
}
