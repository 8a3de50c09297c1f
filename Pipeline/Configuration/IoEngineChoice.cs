namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Which engine reads and writes the sockets.</summary>
public enum IoEngineChoice
{
    /// <summary>The first of the others that there is.</summary>
    Auto,

    /// <summary>Linux io_uring.</summary>
    Uring,

    /// <summary>Linux epoll and raw system calls.</summary>
    Epoll,

    /// <summary>The framework's sockets; everywhere.</summary>
    Sockets,
}
