namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Which engine reads and writes the sockets.</summary>
public enum IoEngineChoice
{
    /// <summary>epoll where there is one, else sockets.</summary>
    Auto,

    /// <summary>Linux epoll and raw system calls.</summary>
    Epoll,

    /// <summary>The framework's sockets; everywhere.</summary>
    Sockets,
}
