using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Waiting with a bound: when it is over, so is the work, and nobody's exception is left behind.</summary>
[TestClass]
public sealed class DeadlinesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    public async Task Work_that_ends_in_time_gives_its_result_and_is_not_cut()
    {
        Assert.AreEqual(3, await Deadlines.WithinAsync(Task.FromResult(3), Deadline, new ManualTimeProvider(), () => Assert.Fail("it was cut")));
        await Assert.ThrowsExactlyAsync<IOException>(() => Deadlines.WithinAsync(Task.FromException(new IOException("broken")), Deadline, new ManualTimeProvider(), () => Assert.Fail("it was cut")));
    }

    [TestMethod]
    public async Task Work_that_is_late_is_cut_and_its_end_is_awaited()
    {
        ManualTimeProvider time = new();
        TaskCompletionSource<int> work = new();
        bool isCut = false;
        Task<int> waiting = Deadlines.WithinAsync(work.Task, Deadline, time, () => isCut = true);
        time.Advance(Deadline);
        await Eventually.IsSoAsync(() => Task.FromResult(isCut), "it was not cut");
        Assert.IsFalse(waiting.IsCompleted, "something of it is still under way");
        work.SetException(new IOException("cut"));
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => waiting.WaitAsync(Patience));
    }

    [TestMethod]
    public async Task Work_that_fails_right_behind_the_time_is_cut_too_and_its_exception_is_looked_at()
    {
        string text = $"failed late {Guid.NewGuid()}";
        int unobserved = 0;
        void Note(object? sender, UnobservedTaskExceptionEventArgs task) => unobserved += task.Exception.ToString().Contains(text, StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            Assert.IsTrue(await FailBehindTheTimeAsync(text), "the link is still there for another question");
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.AreEqual(0, unobserved);
    }

    // The one worker is busy while the time runs out and the work fails, so that both are there when the wait goes on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<bool> FailBehindTheTimeAsync(string text)
    {
        ManualTimeProvider time = new();
        TaskCompletionSource<int> work = new();
        bool isCut = false;
        TaskScheduler worker = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        Task<int> waiting = await Task.Factory.StartNew(() => Deadlines.WithinAsync(work.Task, Deadline, time, () => isCut = true), CancellationToken.None, TaskCreationOptions.None, worker);
        using (ManualResetEventSlim isBusy = new(), mayGo = new())
        {
            Task busy = Task.Factory.StartNew(() => { isBusy.Set(); mayGo.Wait(Patience); }, CancellationToken.None, TaskCreationOptions.None, worker);
            Assert.IsTrue(isBusy.Wait(Patience));
            time.Advance(Deadline);
            work.SetException(new IOException(text));
            mayGo.Set();
            await busy;
        }

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => waiting.WaitAsync(Patience));
        return isCut;
    }
}
