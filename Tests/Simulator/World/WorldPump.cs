// Thread rule: Execute runs on the one worker of the thread pool; the thread that asked waits outside the pool. Between two steps everything that TPL has
// posted to the pool (completions, continuations that ask for another thread) is run first, so that a step finds the world settled.

namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>Drives a world, step by step, until it says that it is over.</summary>
internal sealed class WorldPump : IThreadPoolWorkItem, IDisposable
{
    private readonly SimWorld _world;
    private readonly Func<bool> _isOver;
    private readonly ManualResetEventSlim _done = new();
    private Action? _begin;
    private Exception? _thrown;

    private WorldPump(SimWorld world, Action begin, Func<bool> isOver)
    {
        _world = world;
        _begin = begin;
        _isOver = isOver;
    }

    /// <summary>Whether the process has the one worker that replaying needs.</summary>
    public static bool IsAlone
    {
        get
        {
            ThreadPool.GetMaxThreads(out int workers, out _);
            return workers == 1;
        }
    }

    /// <summary>Runs the world from <paramref name="begin"/> until <paramref name="isOver"/>, or until nothing is left to do.</summary>
    public static void Run(SimWorld world, Action begin, Func<bool> isOver)
    {
        using WorldPump pump = new(world, begin, isOver);
        ThreadPool.UnsafeQueueUserWorkItem(pump, preferLocal: false);
        pump._done.Wait();
        AwaitWorker();
        if (pump._thrown is { } thrown)
            throw new InvalidOperationException("The world broke down.", thrown);
    }

    // The one worker has left the run when it comes to this: what failed unseen is not held by its stack any more, and belongs to no later run.
    private static void AwaitWorker()
    {
        using ManualResetEventSlim left = new();
        ThreadPool.UnsafeQueueUserWorkItem(static here => here.Set(), left, preferLocal: false);
        left.Wait();
    }

    public void Execute()
    {
        try
        {
            _world.ThreadId = Environment.CurrentManagedThreadId;
            _begin?.Invoke();
            _begin = null;
            while (ThreadPool.PendingWorkItemCount == 0)
            {
                if (_isOver() || !_world.Step())
                {
                    _done.Set();
                    return;
                }
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (Exception thrown)
        {
            _thrown = thrown;
            _done.Set();
        }
    }

    public void Dispose() => _done.Dispose();
}
