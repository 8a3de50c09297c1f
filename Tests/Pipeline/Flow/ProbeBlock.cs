using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>An exclusive block that does what a test tells it, and tells what was done to it.</summary>
internal sealed class ProbeBlock : ExclusiveBlock<Item>
{
    private int _releases;

    /// <summary>Runs a message.</summary>
    public Action<Item> OnRun { get; init; } = _ => { };

    /// <summary>Messages that keep the block.</summary>
    public Predicate<Item> Keeps { get; init; } = _ => false;

    public Action<Item> OnRefuse { get; init; } = _ => { };

    public Action OnRelease { get; init; } = () => { };

    /// <summary>Takes the rest of a drain instead of the thread pool.</summary>
    public Action<IThreadPoolWorkItem>? OnHandOver { get; init; }

    public ConcurrentQueue<int> Refused { get; } = new();

    public int Releases => Volatile.Read(ref _releases);

    public void Free() => ReleaseHold();

    protected override bool Run(Item message)
    {
        OnRun(message);
        return !Keeps(message);
    }

    protected override void Refuse(Item message, Exception reason)
    {
        Refused.Enqueue(message.Number);
        OnRefuse(message);
    }

    protected override void AfterRelease()
    {
        Interlocked.Increment(ref _releases);
        OnRelease();
    }

    protected override void HandOver(IThreadPoolWorkItem rest)
    {
        if (OnHandOver is null)
            base.HandOver(rest);
        else
            OnHandOver(rest);
    }
}
