using System.Globalization;
using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>Two server processes between which the lower half of the slots moves to and fro; each keeps its directory when it is started again.</summary>
internal sealed class TwoNodes(string directory) : IAsyncDisposable
{
    /// <summary>The first slot that stays where it is.</summary>
    public const int MovingSlots = 8192;

    // A source whose target was stopped in the midst of a hand-over has writers wait twice as long: the target is started again behind them only.
    private const string FinishMs = "4000";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerUnderTest?[] _servers = new ServerUnderTest?[2];
    private readonly RespClient?[] _clients = new RespClient?[2];

    /// <summary>Where they listen.</summary>
    public EndPoint[] EndPoints => [.. _servers.Select(server => server!.EndPoint)];

    /// <summary>The process of a node.</summary>
    public ServerUnderTest this[int node] => _servers[node]!;

    /// <summary>A connection to a node for questions.</summary>
    public RespClient Client(int node) => _clients[node]!;

    /// <summary>Starts a node.</summary>
    public async Task StartAsync(int node, Random random)
    {
        string home = Directory.CreateDirectory(Path.Combine(directory, Id(node))).FullName;
        string[] parts = [.. Directory.EnumerateFiles(home, "*.tmp").Select(file => Path.GetFileName(file))];
        Assert.IsEmpty(parts, "parts of a snapshot were left");
        ServerUnderTest server = ServerUnderTest.Start(
            "--dir", home, "--num_shards", random.Next(1, 4).ToString(CultureInfo.InvariantCulture), "--io_engine", EnginesHere.Draw(random),
            "--cluster_mode", "yes", "--cluster_node_id", Id(node), "--slot_migration_retry_ms", "20", "--migration_finalization_timeout_ms", FinishMs);
        _servers[node] = server;
        _clients[node] = await RespClient.ConnectAsync(server.EndPoint);
    }

    /// <summary>Tells both who owns the lower half, and whether it moves to the other.</summary>
    public async Task ConfigureAsync(int owner, bool moves)
    {
        string json = Json(owner, moves);
        foreach (int node in new[] { 1 - owner, owner })
            Assert.AreEqual("OK", (await Client(node).ExecuteAsync("DFLYCLUSTER", "CONFIG", json).WaitAsync(Patience)).Text);
    }

    /// <summary>Whether the lower half has moved, when one of the two has stopped: the source is asked to take it back, or the target when nothing more can come to it.</summary>
    public async Task<bool> HasMovedAsync(int owner, int stopped)
    {
        if (stopped != owner)
        {
            // Who could say whether it has them has ended: it has not saved them as its own.
            RespValue reply = await Client(owner).ExecuteAsync("DFLYCLUSTER", "CONFIG", Json(owner, moves: false), "FORCE").WaitAsync(Patience);
            Assert.IsTrue(reply.Text == "OK" || reply.Text.Contains("have been handed over", StringComparison.Ordinal), reply.Text);
            return reply.IsError;
        }

        await Eventually.IsSoAsync(async () => await StateAsync(1 - owner, "in") != "SYNC", "the target does not notice that the source has gone");
        return await StateAsync(1 - owner, "in") == "FINISHED";
    }

    /// <summary>How far a migration is, as a node says.</summary>
    public async Task<string> StateAsync(int node, string direction)
    {
        RespValue rows = await Client(node).ExecuteAsync("DFLYCLUSTER", "SLOT-MIGRATION-STATUS").WaitAsync(Patience);
        return rows.Items.FirstOrDefault(row => row[0].Text == direction)?[2].Text ?? "none";
    }

    /// <summary>Waits until both together hold so many keys: what is not a node's own is flushed.</summary>
    public Task HoldAsync(long keys) => Eventually.IsSoAsync(async () => await SizeAsync(0) + await SizeAsync(1) == keys, $"there are not {keys} keys");

    /// <summary>Keys of a node.</summary>
    public async Task<long> SizeAsync(int node) => (await Client(node).ExecuteAsync("DBSIZE").WaitAsync(Patience)).Integer;

    /// <summary>Waits for the end of a node that was told to stop, and gives its log.</summary>
    public async Task<string> AwaitExitAsync(int node)
    {
        ServerUnderTest server = this[node];
        int code = await Task.Run(server.AwaitExit);
        string log = string.Join('\n', [.. server.Output, .. server.Errors]);
        Assert.AreEqual(0, code, log);
        await Client(node).DisposeAsync();
        server.Dispose();
        (_servers[node], _clients[node]) = (null, null);
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RespClient? client in _clients)
        {
            if (client is not null)
                await client.DisposeAsync();
        }

        foreach (ServerUnderTest? server in _servers)
            server?.Dispose();
    }

    private static string Id(int node) => string.Create(CultureInfo.InvariantCulture, $"n{node}");

    private string Json(int owner, bool moves)
    {
        string[] ports = [.. _servers.Select(server => (server?.EndPoint.Port ?? 1).ToString(CultureInfo.InvariantCulture))];
        string[] shards = new string[2];
        for (int node = 0; node < 2; node++)
        {
            string low = node == owner ? $$"""{"start":0,"end":{{MovingSlots - 1}}}""" : "";
            string high = node == 0 ? $$"""{"start":{{MovingSlots}},"end":16383}""" : "";
            string ranges = low.Length > 0 && high.Length > 0 ? $"{low},{high}" : low + high;
            string migrations = node == owner && moves
                ? $$"""{"slot_ranges":[{"start":0,"end":{{MovingSlots - 1}}}],"node_id":"{{Id(1 - node)}}","ip":"127.0.0.1","port":{{ports[1 - node]}}}"""
                : "";
            shards[node] = $$"""{"slot_ranges":[{{ranges}}],"master":{"id":"{{Id(node)}}","ip":"127.0.0.1","port":{{ports[node]}}},"replicas":[],"migrations":[{{migrations}}]}""";
        }

        return $"[{shards[0]},{shards[1]}]";
    }
}
