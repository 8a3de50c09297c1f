using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Listeners;

/// <summary>The file of a Unix socket: left over ones are removed, those in use and other files are not.</summary>
internal static class UnixSocketFile
{
    /// <summary>Makes room for a socket at <paramref name="path"/>.</summary>
    /// <exception cref="ListenException">Something that is not ours stands there.</exception>
    public static void MakeRoom(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            return;
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException)
        {
            throw new ListenException($"cannot listen on unix socket {path}: the path is taken by something else");
        }

        throw new ListenException($"cannot listen on unix socket {path}: another server listens there");
    }

    /// <summary>Sets the permissions, unless they are 0.</summary>
    public static void SetPermissions(string path, int mode)
    {
        if (mode != 0 && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    // A socket has no length; a file with something in it is never taken for one.
    private static bool IsSocket(string path) => File.Exists(path) && new FileInfo(path).Length == 0;
}
