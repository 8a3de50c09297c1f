namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A branch that a <see cref="FanOut{T}"/> has lost.</summary>
/// <param name="Branch">The branch's name.</param>
/// <param name="Cause">Why: it stalled, or took no more.</param>
public sealed record BranchLoss(string Branch, FlowFaultException Cause);
