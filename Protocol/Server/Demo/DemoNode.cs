using System.Globalization;
using System.Net;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Protocol.Server.Hosting;
using DragonflyFlow.Protocol.Server.Peers;
using DragonflyFlow.Protocol.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Protocol.Server.Demo;

/// <summary>A node of the demo: a whole server on a free loopback port, and a connection to it.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StoreServer _server;
    private readonly IPeerLink _link;
    private readonly PeerConversation _conversation;

    private DemoNode(string id, StoreServer server, IPeerLink link)
    {
        Id = id;
        _server = server;
        _link = link;
        _conversation = new PeerConversation(link, TimeProvider.System);
        Port = ((IPEndPoint)server.EndPoints[0]).Port;
    }

    /// <summary>Its name in configurations.</summary>
    public string Id { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts a node.</summary>
    public static async Task<DemoNode> StartAsync(string id)
    {
        ConfigStore config = new();
        foreach ((string name, string value) in (IEnumerable<(string, string)>)
            [("port", "0"), ("bind", "127.0.0.1"), ("proactor_threads", "1"), ("dbfilename", ""), ("cluster_mode", "yes"), ("cluster_node_id", id)])
        {
            if (config.SetAtStart(StoreOptions.Find(name)!, value) is { } wrong)
                throw new InvalidOperationException($"{name}: {wrong}");
        }

        StoreServer server = StoreServer.Open(config, TimeProvider.System, NullLogger.Instance);
        server.Start();
        return new DemoNode(id, server, await ConnectAsync(((IPEndPoint)server.EndPoints[0]).Port));
    }

    /// <summary>A connection to a node of the demo.</summary>
    public static Task<IPeerLink> ConnectAsync(int port) => new SocketPeers(TimeProvider.System).ConnectAsync(IPAddress.Loopback.ToString(), port, Patience);

    /// <summary>Asks the node; one question at a time.</summary>
    public Task<RespValue> AskAsync(params string[] words) => _conversation.AskAsync(words, Patience);

    /// <summary>State, keys and error of its migration away.</summary>
    public async Task<(string State, long Keys, string Error)> StatusAsync()
    {
        RespValue rows = await AskAsync("DFLYCLUSTER", "SLOT-MIGRATION-STATUS");
        RespValue row = rows.Items.First(row => row[0].Text == "out");
        return (row[2].Text, row[3].Integer, row[4].Text);
    }

    /// <summary>Its keys, when no flush of slots is under way any more.</summary>
    public async Task<long> CountAsync()
    {
        while (!(await AskAsync("INFO", "cluster")).Text.Contains("slot_flushes_active:0", StringComparison.Ordinal))
            await Task.Delay(10);
        return (await AskAsync("DBSIZE")).Integer;
    }

    /// <summary>Stops the node; how that went.</summary>
    public async Task<StopReport> StopAsync()
    {
        await _link.DisposeAsync();
        return await _server.StopAsync(now: false);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} (port {Port})");
}
