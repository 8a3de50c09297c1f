namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How the process before this one stopped.</summary>
/// <param name="Report">Its report.</param>
/// <param name="EndedMs">When, in Unix milliseconds.</param>
public sealed record LastStop(StopReport Report, long EndedMs);
