using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>The system calls of the data path, with the constants of Linux. All arguments are blittable: a call costs no marshalling and no allocation.</summary>
internal static class Libc
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int MessageDontWait = 0x40;
    public const int MessageNoSignal = 0x4000;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int EpollAdd = 1;
    public const int EpollModify = 3;

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, ref byte buffer, nint length, int flags);

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
}
