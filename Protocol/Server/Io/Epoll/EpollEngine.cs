using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>Linux: a number of threads, each with its own epoll descriptor; connections are dealt out to them in turn and stay.</summary>
internal sealed class EpollEngine : IIoEngine
{
    private readonly EpollLoop[] _loops;
    private uint _next;

    /// <summary>Makes the engine.</summary>
    public EpollEngine(int threads, IoWaits waits, TimeProvider time) =>
        _loops = [.. Enumerable.Range(0, threads).Select(index => new EpollLoop(index, waits, time))];

    public static bool IsSupported => OperatingSystem.IsLinux();

    public string Name => "epoll";

    public void Start() => Array.ForEach(_loops, loop => loop.Start());

    public void Attach(Connection connection, Socket socket) =>
        _loops[(Interlocked.Increment(ref _next) - 1) % (uint)_loops.Length].Attach(connection, socket);

    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());
}
