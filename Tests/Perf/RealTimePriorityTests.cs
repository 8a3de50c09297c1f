using System.Diagnostics;
using System.Globalization;
using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Tests.Perf;

/// <summary>The priority of a probe is that of its thread alone: a load or a server that had it too would starve everybody else.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class RealTimePriorityTests
{
    private const int Usual = 0;
    private const int Fifo = 1;

    [TestMethod]
    public void Neither_threads_nor_processes_that_the_thread_starts_have_it()
    {
        bool taken = false;
        int own = -1, ofThread = -1, ofProcess = -1;
        Thread probe = new(() =>
        {
            taken = RealTimePriority.TryTake();
            own = OwnPolicy();
            Thread started = new(() => ofThread = OwnPolicy());
            started.Start();
            started.Join();
            using Process process = Process.Start(new ProcessStartInfo("cat", "/proc/self/stat") { RedirectStandardOutput = true })!;
            ofProcess = PolicyOf(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
        });
        probe.Start();
        probe.Join();

        Assert.AreEqual(taken ? Fifo : Usual, own, "of the thread itself");
        Assert.AreEqual(Usual, ofThread, "of a thread that it started");
        Assert.AreEqual(Usual, ofProcess, "of a process that it started");
    }

    [TestMethod]
    public async Task Who_awaits_a_watch_on_cores_goes_on_with_the_usual_priority_on_any_core()
    {
        string cores = OwnCores();
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(20));

        await new CoreWatch(TimeProvider.System).RunAsync(stop.Token).ConfigureAwait(false);

        Assert.AreEqual(Usual, OwnPolicy());
        Assert.AreEqual(cores, OwnCores());
    }

    private static int OwnPolicy() => PolicyOf(File.ReadAllText("/proc/thread-self/stat"));

    private static string OwnCores() => File.ReadAllLines("/proc/thread-self/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));

    // proc(5): field 41, the second field is a name in brackets.
    private static int PolicyOf(string stat) => int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[41 - 3], CultureInfo.InvariantCulture);
}
