namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>How the load at the start of a process went.</summary>
internal enum LoadEnd
{
    /// <summary>It goes on.</summary>
    UnderWay,

    /// <summary>There was nothing to load.</summary>
    Nothing,

    /// <summary>A snapshot was loaded, whole.</summary>
    Whole,

    /// <summary>A stop has ended it.</summary>
    Ended,

    /// <summary>There is a snapshot that cannot be loaded.</summary>
    Refused,
}
