// Any thread queues; each of the threads takes one task at a time. _tasks is touched under its own lock only.

using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>
/// Threads for what clients do not wait for, to which the system is asked to prefer all others (nice): on a machine whose cores are all busy a packer of snapshots would
/// otherwise take a core from the threads that serve for milliseconds at a time. Work that waits here is delayed, never stopped. The threads live as long as the process.
/// </summary>
internal sealed class BackgroundScheduler : TaskScheduler
{
    // A quarter of a core that others want too.
    private const int Nicer = 5;

    private readonly Queue<Task> _tasks = new();
    private readonly Lazy<Thread[]> _threads;

    /// <summary>So many threads, which begin when something is to be done.</summary>
    public BackgroundScheduler(int threads)
    {
        MaximumConcurrencyLevel = threads;
        _threads = new Lazy<Thread[]>(() => [.. Enumerable.Range(0, threads).Select(Begin)]);
    }

    /// <inheritdoc />
    public override int MaximumConcurrencyLevel { get; }

    /// <inheritdoc />
    protected override void QueueTask(Task task)
    {
        _ = _threads.Value;
        lock (_tasks)
        {
            _tasks.Enqueue(task);
            Monitor.Pulse(_tasks);
        }
    }

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
            return [.. _tasks];
    }

    private Thread Begin(int number)
    {
        Thread thread = new(Run) { Name = $"background-{number}", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Run()
    {
        if (OperatingSystem.IsLinux())
            _ = BeNicer(Nicer); // on Linux of this thread alone
        while (true)
        {
            Task next;
            lock (_tasks)
            {
                while (_tasks.Count == 0)
                    Monitor.Wait(_tasks);
                next = _tasks.Dequeue();
            }

            TryExecuteTask(next);
        }
    }

    [DllImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int BeNicer(int by);
}
