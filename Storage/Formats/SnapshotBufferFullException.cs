namespace DragonflyFlow.Storage.Formats;

/// <summary>What was to be written does not fit into one buffer. Those who write records catch it, take the record back and answer that it cannot be written.</summary>
public sealed class SnapshotBufferFullException : Exception
{
    /// <summary>Says so.</summary>
    public SnapshotBufferFullException()
        : base("A buffer would become longer than it may.")
    {
    }

    /// <summary>Says it in other words.</summary>
    public SnapshotBufferFullException(string message)
        : base(message)
    {
    }

    /// <summary>Says it in other words, with a cause.</summary>
    public SnapshotBufferFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
