namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Redis's log levels.</summary>
public enum LogVerbosity
{
    /// <summary>Everything, for tests and development.</summary>
    Debug,

    /// <summary>Events of single connections too.</summary>
    Verbose,

    /// <summary>What one wants to know in production.</summary>
    Notice,

    /// <summary>Only what needs somebody to look.</summary>
    Warning,
}
