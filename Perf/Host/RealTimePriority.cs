using System.Runtime.InteropServices;

namespace DragonflyFlow.Perf.Host;

/// <summary>
/// Real-time priority (SCHED_FIFO, Linux) for a thread that measures how long others take: beside busy threads of the usual priority it would wait for a
/// processor itself, and what it waits would look like theirs. The thread must sleep most of the time; nothing of the usual priority takes the processor from it.
/// </summary>
internal static partial class RealTimePriority
{
    private const int Fifo = 1;

    // SCHED_RESET_ON_FORK: a process that is started on the thread has the usual priority. A load of real-time priority, which never sleeps, starves the runtime's own threads.
    private const int ForItselfAlone = 0x40000000;
    private const int CallingThread = 0;

    /// <summary>Gives it to the calling thread, and nobody that it starts, for the rest of its life; false, and nothing has changed, where the system does not permit it.</summary>
    public static bool TryTake()
    {
        Parameters lowest = new() { Priority = 1 };
        return OperatingSystem.IsLinux() && SetScheduler(CallingThread, Fifo | ForItselfAlone, in lowest) == 0;
    }

    /// <summary>The same, and ties the thread to one core, 0 to 63.</summary>
    public static bool TryTake(int core)
    {
        ulong mask = 1UL << core;
        return TryTake() && SetAffinity(CallingThread, sizeof(ulong), in mask) == 0;
    }

    /// <summary>In words, whether a probe of this process has it: tried on a thread that ends.</summary>
    public static string Describe()
    {
        bool taken = false;
        Thread trial = new(() => taken = TryTake());
        trial.Start();
        trial.Join();
        return taken
            ? "probe: real-time priority, and a watch on each core for the times in which it ran nobody"
            : "probe: real-time priority is not permitted here (CAP_SYS_NICE); it queues for a processor like everybody, and what the machine adds is not known";
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, in Parameters parameters);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nint bytes, in ulong mask);

    private struct Parameters
    {
        public int Priority;
    }
}
