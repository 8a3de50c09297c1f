using System.Globalization;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>A client library that programs really use, against the built server.</summary>
[TestClass]
public sealed class IoredisTests
{
    [TestMethod]
    [DataRow("uring")]
    [DataRow("epoll")]
    [DataRow("sockets")]
    public async Task The_script_of_ioredis_runs_through(string io)
    {
        EnginesHere.Require(io);
        string node = Peers.RequireProgram("node");
        string folder = Path.Combine(Repository.Root, "Tests", "Peers");
        Peers.RequireFolder(Path.Combine(folder, "node_modules", "ioredis"), "run 'npm ci' in Tests/Peers");
        using ServerUnderTest server = ServerUnderTest.Start("--io_engine", io);
        ProgramRun run = await ProgramRun.ToEndAsync(node, ["ioredis.mjs", server.EndPoint.Port.ToString(CultureInfo.InvariantCulture)], directory: folder);
        Assert.AreEqual("OK\n", run.Succeeded());
        server.Signal("TERM");
        Assert.AreEqual(0, server.AwaitExit());
    }
}
