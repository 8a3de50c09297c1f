using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Connection;

/// <summary>CLIENT PAUSE: affected commands wait in their session, the others run, and all go on when it ends.</summary>
[TestClass]
public sealed class ClientPauseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task A_write_waits_for_unpause_and_reads_do_not(int shards)
    {
        using InProcessClient operatorClient = new(shards);
        using InProcessClient writer = new(operatorClient.Engine);
        operatorClient.Execute("SET", "k", "old");
        Assert.AreEqual("+OK\r\n", operatorClient.Execute("CLIENT", "PAUSE", "1000000", "WRITE"));
        Task<string> write = Task.Run(() => writer.Pipeline(["GET", "k"], ["SET", "k", "new"], ["GET", "k"]));
        WaitForParked(operatorClient.Engine, 1);
        Assert.AreEqual("$3\r\nold\r\n", operatorClient.Execute("GET", "k"));
        Assert.AreEqual("+OK\r\n", operatorClient.Execute("CLIENT", "UNPAUSE"));
        Assert.AreEqual("$3\r\nold\r\n+OK\r\n$3\r\nnew\r\n", await write.WaitAsync(Patience));
    }

    [TestMethod]
    public async Task A_pause_of_all_holds_reads_and_ends_by_itself()
    {
        ManualTimeProvider time = new();
        using InProcessClient operatorClient = new(time: time);
        using InProcessClient reader = new(operatorClient.Engine);
        operatorClient.Execute("CLIENT", "PAUSE", "500");
        Task<string> read = Task.Run(() => reader.Execute("GET", "k"));
        WaitForParked(operatorClient.Engine, 1);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.AreEqual(1, operatorClient.Engine.Pause.Waiting);
        time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.AreEqual("$-1\r\n", await read.WaitAsync(Patience));
        Assert.AreEqual(PauseMode.None, operatorClient.Engine.Pause.Mode);
    }

    [TestMethod]
    public void A_second_pause_widens_the_first_and_never_shortens_it()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        client.Engine.Pause.Begin(PauseMode.All, 1000);
        client.Engine.Pause.Begin(PauseMode.Write, 10);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.AreEqual(PauseMode.All, client.Engine.Pause.Mode);
        time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(PauseMode.None, client.Engine.Pause.Mode);
    }

    [TestMethod]
    [DataRow("WRITE")]
    [DataRow("ALL")]
    public async Task A_stop_releases_who_waits_with_an_error(string mode)
    {
        using InProcessClient operatorClient = new(shards: 3);
        using InProcessClient writer = new(operatorClient.Engine);
        operatorClient.Execute("CLIENT", "PAUSE", "1000000", mode);
        Task<string> write = Task.Run(() => writer.Execute("MSET", "a", "1", "b", "2", "c", "3"));
        WaitForParked(operatorClient.Engine, 1);
        writer.Session.Release();
        StringAssert.StartsWith(await write.WaitAsync(Patience), "-", StringComparison.Ordinal);
        writer.Session.Closed();
        Assert.AreEqual(0, operatorClient.Engine.Pause.Waiting, "the pause keeps a session that is gone");
    }

    [TestMethod]
    public async Task Arguments_are_judged_as_redis_server_judges_them()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckLines("""
            CLIENT PAUSE x
            CLIENT PAUSE -1
            CLIENT PAUSE 1 NOTHING
            CLIENT PAUSE 0 WRITE
            CLIENT UNPAUSE
            CLIENT UNPAUSE x
            CLIENT PAUSE
            """);
    }

    private static void WaitForParked(StoreEngine engine, int count)
        => Assert.IsTrue(SpinWait.SpinUntil(() => engine.Pause.Waiting == count, Patience), "nobody waits");
}
