using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>fsync of a directory: .NET opens files only.</summary>
internal static class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Makes the names in a directory outlive a loss of power.</summary>
    /// <exception cref="IOException">The system says no.</exception>
    public static void Flush(string directory)
    {
        int descriptor = Open(directory, ReadOnlyCloseOnExec);
        bool isFlushed = descriptor >= 0 && Synchronize(descriptor) == 0;
        int error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
            _ = Close(descriptor);
        if (!isFlushed)
            throw new IOException($"cannot flush directory '{directory}': {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
