using DragonflyFlow.Protocol.Server.Io.Uring;

namespace DragonflyFlow.Tests.Support;

/// <summary>The I/O engines that this machine has, as option io_engine names them.</summary>
internal static class EnginesHere
{
    private static readonly string[] Names = UringEngine.WhyNot is null ? ["uring", "epoll", "sockets"] : ["epoll", "sockets"];

    /// <summary>One of them.</summary>
    public static string Draw(Random random) => Names[random.Next(Names.Length)];

    /// <summary>Skips a test of an engine that is not here.</summary>
    public static void Require(string name)
    {
        if (name == "uring" && UringEngine.WhyNot is { } reason)
            Assert.Inconclusive($"there is no io_uring here: {reason}");
    }
}
