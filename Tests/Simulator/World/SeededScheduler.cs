// Concurrency rule: everything in a world runs on the one worker of the thread pool, a step or a hop of TPL's at a time; so nothing here is locked. Whoever
// queues a task from another thread has escaped the world: that is counted, and is a fault of the run.

namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>
/// The scheduler of one simulated process: keeps what is ready, for the world to choose from by seed. Nothing is ever run inline, so every continuation is a
/// choice. A process that has been killed runs nothing any more.
/// </summary>
internal sealed class SeededScheduler(SimWorld world, string name) : TaskScheduler
{
    /// <summary>The process's name, as traces tell it.</summary>
    public string Name => name;

    /// <summary>Whether the process has been killed.</summary>
    public bool IsDead { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Ends the process: what is ready is dropped, what will be is never kept.</summary>
    public void Kill()
    {
        IsDead = true;
        world.Forget(this);
    }

    /// <summary>Queues an action.</summary>
    public void Post(Action action) => _ = Task.Factory.StartNew(
        () => world.Guard(action), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Starts an asynchronous part of the world; what it throws fails the run.</summary>
    public Task Run(Func<Task> part) => Task.Factory.StartNew(
        () => world.GuardAsync(part), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Runs a task that was chosen.</summary>
    public void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (!IsDead)
            world.Enqueue(this, task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => world.ReadyOf(this);
}
