using System.Runtime.InteropServices;

namespace DragonflyFlow.Perf.Host;

/// <summary>
/// Real-time priority (SCHED_FIFO, Linux) for a thread that measures how long others take: beside busy threads of the usual priority it would wait for a
/// processor itself, and what it waits would look like theirs. The thread must sleep most of the time; nothing of the usual priority takes the processor from it.
/// </summary>
internal static partial class RealTimePriority
{
    private const int Fifo = 1;
    private const int CallingThread = 0;

    /// <summary>Gives it to the calling thread for the rest of its life; false, and nothing has changed, where the system does not permit it.</summary>
    public static bool TryTake()
    {
        Parameters lowest = new() { Priority = 1 };
        return OperatingSystem.IsLinux() && SetScheduler(CallingThread, Fifo, in lowest) == 0;
    }

    /// <summary>In words, whether a probe of this process has it: tried on a thread that ends.</summary>
    public static string Describe()
    {
        bool taken = false;
        Thread trial = new(() => taken = TryTake());
        trial.Start();
        trial.Join();
        return taken ? "the probe has real-time priority" : "the probe queues for a processor like everybody: real-time priority is not permitted here (CAP_SYS_NICE)";
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, in Parameters parameters);

    private struct Parameters
    {
        public int Priority;
    }
}
