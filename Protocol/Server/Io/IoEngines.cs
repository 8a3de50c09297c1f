using System.ComponentModel;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Server.Io.Epoll;
using DragonflyFlow.Protocol.Server.Io.Sockets;
using DragonflyFlow.Protocol.Server.Io.Uring;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>The engine that the options ask for, or the best that there is.</summary>
internal static class IoEngines
{
    /// <summary>What Auto means here.</summary>
    public static IoEngineChoice Resolve(IoEngineChoice choice) => choice switch
    {
        not IoEngineChoice.Auto => choice,
        _ when UringEngine.WhyNot is null => IoEngineChoice.Uring,
        _ => EpollEngine.IsSupported ? IoEngineChoice.Epoll : IoEngineChoice.Sockets,
    };

    /// <summary>Makes it.</summary>
    /// <exception cref="IOException">It is asked for by its name, and not to be had here.</exception>
    public static IIoEngine Make(IoEngineChoice choice, int threads, IoWaits waits, TimeProvider time)
    {
        try
        {
            return Resolve(choice) switch
            {
                IoEngineChoice.Uring => new UringEngine(threads, waits, time),
                IoEngineChoice.Epoll => new EpollEngine(threads, waits, time),
                _ => new SocketEngine(),
            };
        }
        catch (Exception refused) when (refused is Win32Exception or DllNotFoundException)
        {
            throw new IOException($"io_engine: {refused.Message}", refused);
        }
    }
}
