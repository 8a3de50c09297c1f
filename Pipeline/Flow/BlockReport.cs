namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How one block stopped.</summary>
/// <param name="Name">The block's name.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Drained">Messages handled since the stop began.</param>
/// <param name="Refused">Messages refused since the stop began.</param>
/// <param name="Failed">Messages whose handler threw since the stop began.</param>
/// <param name="Abandoned">Messages inside that are lost.</param>
/// <param name="Reason">What went wrong; null if nothing did.</param>
public sealed record BlockReport(string Name, StopVerdict Verdict, long Drained, long Refused, long Failed, long Abandoned, string? Reason);
