using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class ProcStatTests
{
    [TestMethod]
    public void Reads_user_and_kernel_ticks_after_the_name()
    {
        ProcStat stat = ProcStat.Parse("4242 (redis-server) S 1 4242 4242 0 -1 4194560 900 0 0 0 1234 567 11 22 20 0 5 0 99 1 2 3\n");

        Assert.AreEqual(4242, stat.Pid);
        Assert.AreEqual("redis-server", stat.Name);
        Assert.AreEqual('S', stat.State);
        Assert.AreEqual(1234, stat.UserTicks);
        Assert.AreEqual(567, stat.SystemTicks);
        Assert.AreEqual(18.01, stat.CpuSeconds, 1e-9);
        Assert.AreEqual(12.34, stat.UserSeconds, 1e-9);
        Assert.AreEqual(5.67, stat.SystemSeconds, 1e-9);
    }

    [TestMethod]
    public void A_name_may_hold_spaces_and_parentheses()
    {
        ProcStat stat = ProcStat.Parse("7 (a (b) c) d) R 1 1 1 0 -1 0 0 0 0 0 3 4 0 0 20 0 1 0 0");

        Assert.AreEqual("a (b) c) d", stat.Name);
        Assert.AreEqual(3, stat.UserTicks);
        Assert.AreEqual(4, stat.SystemTicks);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("12 no name S 1 2 3")]
    [DataRow("12 (short) S 1 2 3")]
    [DataRow("12 )x( S 1 2 3 4 5 6 7 8 9 10 11 12 13")]
    public void Another_line_is_refused(string line) => Assert.ThrowsExactly<FormatException>(() => ProcStat.Parse(line));

    [TestMethod]
    public void Finds_the_resident_memory_among_the_lines_of_status()
        => Assert.AreEqual(2048L * 1024, ProcStatus.ParseResidentBytes("Name:\tx\nVmHWM:\t    9999 kB\nVmRSS:\t    2048 kB\nThreads:\t4\n"));

    [TestMethod]
    public void A_status_without_resident_memory_is_that_of_a_dead_process()
        => Assert.ThrowsExactly<FormatException>(() => ProcStatus.ParseResidentBytes("Name:\tx\nState:\tZ (zombie)\n"));
}
