using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>A branch that takes one part and then no more, or fails with it. Does not matter to the snapshot.</summary>
internal sealed class StubbornSink(bool stalls) : ISnapshotSink
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "stubborn";

    public bool IsEssential => false;

    /// <summary>The look-out for that, so that it is nobody's detached work.</summary>
    public Task Watching { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when the branch has been given up, as far as it can be while it stalls.</summary>
    public Task Lost => _lost.Task;

    public Task BeginAsync() => Task.CompletedTask;

    public IReadOnlyList<ITargetBlock<SnapshotPart>> Build(FlowScope scope, Stage stage, IReadOnlyList<FanOut<SnapshotPart>> branches)
    {
        ITargetBlock<SnapshotPart> target = scope.AddAction<SnapshotPart>("stubborn", stage, Upstreams.Of([.. branches]), TakeAsync, new BlockOptions { Bound = 1 });
        Watching = WatchAsync(branches);
        return [.. branches.Select(_ => target)];
    }

    public Task CommitAsync(SnapshotSummary summary) => throw new InvalidOperationException("It was to be lost.");

    public void Abandon()
    {
    }

    /// <summary>Lets the part that it has go.</summary>
    public void Release() => _released.TrySetResult();

    private async Task TakeAsync(SnapshotPart part)
    {
        if (!stalls)
            throw new IOException("broken");
        await _released.Task;
    }

    private async Task WatchAsync(IReadOnlyList<FanOut<SnapshotPart>> branches)
    {
        while (!branches.Any(static branch => branch.Losses.Count > 0))
            await Task.Delay(1);
        _lost.SetResult();
    }
}
