using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>Wrong rules of completion, both TPL's own.</summary>
internal sealed class CompletionRules : ICompletionRule
{
    private readonly bool _firstCloses;
    private readonly bool _cancelledIsSuccess;

    private CompletionRules(bool firstCloses, bool cancelledIsSuccess)
    {
        _firstCloses = firstCloses;
        _cancelledIsSuccess = cancelledIsSuccess;
    }

    /// <summary>The first source to end completes what several feed.</summary>
    public static ICompletionRule FirstSourceCloses { get; } = new CompletionRules(firstCloses: true, cancelledIsSuccess: false);

    /// <summary>A source that was cancelled completes what it feeds as if all were well.</summary>
    public static ICompletionRule CancelledIsSuccess { get; } = new CompletionRules(firstCloses: false, cancelledIsSuccess: true);

    public bool MayFollow(IReadOnlyList<FlowNode> upstreams) =>
        _firstCloses ? upstreams.Any(upstream => upstream.HasEnded) : AllSources.Instance.MayFollow(upstreams);

    public FlowFaultException? FaultOf(string block, Exception thrown) =>
        _cancelledIsSuccess && thrown.GetBaseException() is OperationCanceledException ? null : AllSources.Instance.FaultOf(block, thrown);
}
