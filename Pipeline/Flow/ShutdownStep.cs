namespace DragonflyFlow.Pipeline.Flow;

/// <summary>One stage of the shutdown plan.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Nodes">Its blocks, upstream first.</param>
public sealed record ShutdownStep(Stage Stage, IReadOnlyList<FlowNode> Nodes);
