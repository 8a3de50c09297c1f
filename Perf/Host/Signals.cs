using System.Runtime.InteropServices;

namespace DragonflyFlow.Perf.Host;

/// <summary>Stops and continues a process, so that of several servers only the one that is measured runs; or asks it to end.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    /// <summary>Takes the process off the processor until <see cref="Resume"/>.</summary>
    public static void Pause(int pid) => Send(pid, Stop);

    /// <summary>Lets the process run again.</summary>
    public static void Resume(int pid) => Send(pid, Continue);

    /// <summary>Asks the process to end in order (SIGTERM).</summary>
    public static void End(int pid) => Send(pid, Terminate);

    private static void Send(int pid, int signal)
    {
        if (Kill(pid, signal) != 0)
            throw new IOException($"Signal {signal} did not reach process {pid}: error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
