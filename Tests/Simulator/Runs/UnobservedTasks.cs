using System.Collections.Concurrent;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>Counts tasks that failed and that nobody looked at. The collector finds them, so a run ends with a collection.</summary>
internal static class UnobservedTasks
{
    private static readonly ConcurrentQueue<string> Found = new();

    static UnobservedTasks() => TaskScheduler.UnobservedTaskException += (_, task) =>
    {
        Found.Enqueue(task.Exception.InnerException is { } cause ? $"{cause.GetType().Name}: {cause.Message}" : task.Exception.Message);
        task.SetObserved();
    };

    /// <summary>Forgets what earlier runs left.</summary>
    public static void Begin() => Found.Clear();

    /// <summary>What this run left.</summary>
    public static IReadOnlyList<(Wrong Kind, string Text)> End()
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var left = new List<(Wrong, string)>();
        while (Found.TryDequeue(out string? text))
            left.Add((Wrong.Unobserved, text));
        return left;
    }
}
