namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>When an option may be set.</summary>
public enum OptionChange
{
    /// <summary>At start and by CONFIG SET.</summary>
    AtRunTime,

    /// <summary>At start only.</summary>
    AtStart,

    /// <summary>At start only, because whoever sets it decides where the process writes (Redis: protected config).</summary>
    Protected,
}
