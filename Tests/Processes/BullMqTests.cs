using System.Globalization;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>A library of queues whose Lua scripts use streams, sorted sets, hashes and keys that they do not declare: unmodified, against the built server.</summary>
[TestClass]
public sealed class BullMqTests
{
    [TestMethod]
    [DataRow("1", "ordered")]
    [DataRow("3", "ordered")]
    [DataRow("3", "vll")]
    public async Task The_script_of_BullMQ_runs_through(string shards, string policy)
    {
        string node = Peers.RequireProgram("node");
        string folder = Path.Combine(Repository.Root, "Tests", "Peers");
        Peers.RequireFolder(Path.Combine(folder, "node_modules", "bullmq"), "run 'npm ci' in Tests/Peers");
        using ServerUnderTest server = ServerUnderTest.Start("--num_shards", shards, "--tx_policy", policy);
        ProgramRun run = await ProgramRun.ToEndAsync(node, ["bullmq.mjs", server.EndPoint.Port.ToString(CultureInfo.InvariantCulture)], directory: folder);
        Assert.AreEqual("OK\n", run.Succeeded());
        server.Signal("TERM");
        Assert.AreEqual(0, server.AwaitExit());
    }
}
