using System.ComponentModel;
using System.Runtime.InteropServices;
using DragonflyFlow.Protocol.Server.Io.Uring;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>The system calls of the data path, with the constants of Linux. All arguments are blittable: a call costs no marshalling and no allocation.</summary>
internal static class Libc
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int TimedOut = 62;
    public const int Busy = 16;
    public const int MessageDontWait = 0x40;
    public const int MessageNoSignal = 0x4000;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int EpollAdd = 1;
    public const int EpollModify = 3;
    public const int BothDirections = 2;

    // The same on all architectures that .NET runs on.
    private const nint UringSetupNumber = 425;
    private const nint UringEnterNumber = 426;
    private const nint UringRegisterNumber = 427;

    /// <summary>The result of a call, unless it failed.</summary>
    public static int Checked(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "shutdown")]
    public static extern int Shutdown(int socket, int how);

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int epoll, int operation, int descriptor, ref byte packedEvent);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, ref byte packedEvents, int eventsMax, int timeoutMs);

    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventDescriptor(uint initial, int flags);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref ulong value, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, ref ulong value, nint length);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);

    // io_uring has no functions in libc.
    public static int UringSetup(int entries, ref UringParameters parameters) => (int)Setup(UringSetupNumber, entries, ref parameters);

    public static int UringEnter(int ring, uint submit, int completionsMin, int flags) => (int)Enter(UringEnterNumber, ring, (nint)submit, completionsMin, flags, 0, 0);

    public static int UringEnter(int ring, uint submit, int completionsMin, int flags, ref UringWait wait)
        => (int)Enter(UringEnterNumber, ring, (nint)submit, completionsMin, flags, ref wait, UringWait.Bytes);

    public static int UringRegister(int ring, int operation) => (int)Register(UringRegisterNumber, ring, operation, 0, 0);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Setup(nint number, nint entries, ref UringParameters parameters);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Enter(nint number, nint ring, nint submit, nint completionsMin, nint flags, nint argument, nint argumentBytes);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Enter(nint number, nint ring, nint submit, nint completionsMin, nint flags, ref UringWait wait, nint waitBytes);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Register(nint number, nint ring, nint operation, nint argument, nint count);
}
