namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>A snapshot cannot be loaded: the message names the file, where in it, and why.</summary>
public sealed class LoadException : Exception
{
    /// <summary>Says so.</summary>
    public LoadException()
        : base("The snapshot cannot be loaded.")
    {
    }

    /// <summary>Says which and why.</summary>
    public LoadException(string message)
        : base(message)
    {
    }

    /// <summary>Says which and why, with a cause.</summary>
    public LoadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
