namespace DragonflyFlow.Perf.Load;

/// <summary>What drives the servers of a comparison.</summary>
internal enum LoadTool
{
    /// <summary>redis-benchmark where it is installed, else our own.</summary>
    Auto,

    /// <summary>Our own: one system call for what has gathered (io_uring), else two for a request, where redis-benchmark makes seven, so that with little pipelining it is the servers that are compared, and not their load.</summary>
    Own,
}
