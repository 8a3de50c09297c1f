using System.Collections.Concurrent;
using System.Globalization;
using DragonflyFlow.Protocol.Server.Hosting;

namespace DragonflyFlow.Tests.Protocol.Server.Hosting;

[TestClass]
public class BackgroundSchedulerTests
{
    private const int FieldOfNice = 16; // of /proc/PID/stat, behind the name (proc(5): field 19)
    private const int NiceMax = 19;

    [TestMethod]
    public async Task What_is_queued_runs_on_its_own_threads_which_others_go_before()
    {
        BackgroundScheduler scheduler = new(threads: 2);
        ConcurrentBag<(string? Name, int Nice)> seen = [];
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Start(scheduler, () => seen.Add((Thread.CurrentThread.Name, NiceOf("/proc/thread-self/stat"))))));
        Assert.HasCount(100, seen);
        int expected = OperatingSystem.IsLinux() ? Math.Min(NiceOf("/proc/self/stat") + 5, NiceMax) : 0;
        foreach ((string? name, int nice) in seen)
        {
            StringAssert.StartsWith(name, "background-");
            Assert.AreEqual(expected, nice);
        }
    }

    [TestMethod]
    public async Task What_goes_on_behind_an_await_stays_there()
    {
        BackgroundScheduler scheduler = new(threads: 1);
        string? name = null;
        await await Task.Factory.StartNew(
            async () =>
            {
                await Task.Yield();
                name = Thread.CurrentThread.Name;
            },
            CancellationToken.None, TaskCreationOptions.None, scheduler);
        Assert.AreEqual("background-0", name);
    }

    private static Task Start(TaskScheduler scheduler, Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, scheduler);

    private static int NiceOf(string file)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        string stat = File.ReadAllText(file);
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[FieldOfNice], CultureInfo.InvariantCulture);
    }
}
