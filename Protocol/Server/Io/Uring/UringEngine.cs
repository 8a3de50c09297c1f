using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>
/// Linux since 6.1, as DragonflyDB does: a number of threads with a ring of io_uring each; connections are dealt out to them in turn and stay, and all turns of a
/// connection run on its thread.
/// </summary>
internal sealed class UringEngine : IIoEngine
{
    private static readonly Lazy<string?> Refusal = new(FindRefusal);

    private readonly UringLoop[] _loops;
    private uint _next;

    /// <summary>Makes the engine.</summary>
    /// <exception cref="Win32Exception">There are no rings, or not so many.</exception>
    public UringEngine(int threads, IoWaits waits, TimeProvider time) =>
        _loops = [.. Enumerable.Range(0, threads).Select(index => new UringLoop(index, waits, time))];

    /// <summary>Why there is no such engine here; null if there is. Containers often forbid io_uring.</summary>
    public static string? WhyNot => Refusal.Value;

    public string Name => "uring";

    public void Start() => Array.ForEach(_loops, loop => loop.Start());

    public void Attach(Connection connection, Socket socket) =>
        _loops[(Interlocked.Increment(ref _next) - 1) % (uint)_loops.Length].Attach(connection, socket);

    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());

    private static string? FindRefusal()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return "io_uring is a part of Linux on x64 and arm64";
        try
        {
            using UringRing ring = new();
            ring.Enable();
            return null;
        }
        catch (Win32Exception refused)
        {
            return refused.Message;
        }
    }
}
