namespace DragonflyFlow.Storage.Memory;

/// <summary>Pages of memory that is about to be written to for the first time, made in one call and not in one fault each (Linux 5.14 and later; elsewhere by faults).</summary>
internal static unsafe class NewPages
{
    private const int AdvisePopulateWrite = 23; // MADV_POPULATE_WRITE

    /// <summary>Pages them in, as a write would; what is there stays. Both ends are at a page's.</summary>
    public static void Make(void* start, nuint bytes) => MemoryAdvice.Give(start, bytes, AdvisePopulateWrite);
}
