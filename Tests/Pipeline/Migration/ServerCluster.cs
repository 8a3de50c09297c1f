using System.Globalization;
using System.Net;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Server.Hosting;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Nodes of a cluster in this process, whole servers with sockets, graph and faulty links between them, and the manager that configures them.</summary>
internal sealed class ServerCluster : IAsyncDisposable
{
    private readonly List<Node> _nodes = [];
    private long _epoch;

    internal ServerCluster(int[] shards, params (string Name, string Value)[] options)
    {
        for (int i = 0; i < shards.Length; i++)
            _nodes.Add(new Node(i, shards[i], options));
    }

    internal IReadOnlyList<Node> Nodes => _nodes;

    internal Node this[int index] => _nodes[index];

    /// <summary>Who owns what, and what leaves: pushed to all nodes that run.</summary>
    internal void Configure(SlotSet[] owners, params (int From, int To, SlotSet Slots)[] migrations)
    {
        string json = Json(owners, migrations);
        foreach (Node node in _nodes.Where(node => !node.IsStopped))
            Assert.AreEqual("+OK\r\n", node.Client.Execute("DFLYCLUSTER", "CONFIG", json));
    }

    /// <summary>
    /// The same as a manager does that takes a migration back: one of its ends is asked first, until it knows. False, and nothing has changed, if the slots have been handed over already.
    /// </summary>
    internal bool TryTakeBack(Node first, SlotSet[] owners, params (int From, int To, SlotSet Slots)[] migrations)
    {
        string json = Json(owners, migrations);
        string reply = Told(first, json);
        if (reply.Contains("have been handed over", StringComparison.Ordinal))
            return false;
        Assert.AreEqual("+OK\r\n", reply);
        foreach (Node node in _nodes.Where(node => !node.IsStopped && node != first))
            Assert.AreEqual("+OK\r\n", Told(node, json));
        return true;
    }

    private static string Told(Node node, string json)
    {
        string reply;
        while ((reply = node.Client.Execute("DFLYCLUSTER", "CONFIG", json)).StartsWith("-TRYAGAIN", StringComparison.Ordinal))
            Thread.Sleep(1);
        return reply;
    }

    internal string Json(SlotSet[] owners, params (int From, int To, SlotSet Slots)[] migrations) => ClusterTexts.Json(
        ++_epoch, [.. _nodes.Select(node => (node.Id, node.Port))], owners, migrations.Select(leaves => (leaves.From, leaves.To, leaves.Slots, _nodes[leaves.To].Port)));

    /// <summary>The node that a MOVED names.</summary>
    internal Node Of(string moved)
    {
        int port = int.Parse(moved[(moved.LastIndexOf(':') + 1)..].TrimEnd(), CultureInfo.InvariantCulture);
        return _nodes.Find(node => node.Port == port)!;
    }

    internal static SlotSet Slots(int start, int end) => ClusterTexts.Slots(start, end);

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes)
            await node.StopAsync();
    }

    internal sealed class Node
    {
        private readonly List<InProcessClient> _clients = [];
        private readonly StoreServer _server;

        internal Node(int index, int shards, (string Name, string Value)[] options)
        {
            Index = index;
            Id = $"node{index}";
            ConfigStore config = new();
            foreach ((string name, string value) in (IEnumerable<(string, string)>)
            [
                ("port", "0"), ("bind", "127.0.0.1"), ("proactor_threads", "1"), ("num_shards", shards.ToString(CultureInfo.InvariantCulture)), ("checked_memory", "yes"),
                ("dbfilename", ""), ("cluster_mode", "yes"), ("cluster_node_id", Id), ("slot_migration_retry_ms", "5"), .. options,
            ])
            {
                Assert.IsNull(config.SetAtStart(StoreOptions.Find(name)!, value), name);
            }

            _server = StoreServer.Open(config, TimeProvider.System, NullLogger.Instance, Peers);
            _server.Start();
            Port = ((IPEndPoint)_server.EndPoints[0]).Port;
            Client = OpenClient();
        }

        internal int Index { get; }

        internal string Id { get; }

        internal int Port { get; }

        internal FaultyPeers Peers { get; } = new();

        internal StoreEngine Engine => _server.Engine;

        internal FlowGraph Graph => _server.Graph;

        /// <summary>The manager's client; one thread at a time.</summary>
        internal InProcessClient Client { get; }

        internal bool IsStopped { get; private set; }

        internal InProcessClient OpenClient()
        {
            InProcessClient client = new(Engine);
            lock (_clients)
                _clients.Add(client);
            return client;
        }

        /// <summary>State and error of the one migration in a direction.</summary>
        internal (string State, long Keys, string Error) Status(string direction)
        {
            RespValue row = Client.Ask("DFLYCLUSTER", "SLOT-MIGRATION-STATUS").Items.FirstOrDefault(item => item[0].Text == direction)
                ?? throw new AssertFailedException($"{Id} has no migration {direction}");
            return (row[2].Text, row[3].Integer, row[4].Text);
        }

        /// <summary>Waits until the migration is in a state.</summary>
        internal Task UntilAsync(string direction, string state)
            => Eventually.IsSoAsync(() => Status(direction).State == state, () => $"{Id} {direction} is {Status(direction)}, not {state}");

        /// <summary>Stops in order and leaves nothing: no lease, registration, block, link.</summary>
        internal async Task StopAsync()
        {
            if (IsStopped)
                return;
            IsStopped = true;
            lock (_clients)
                _clients.ForEach(client => client.Dispose());
            StopReport report = await _server.StopAsync(now: false);
            Assert.AreEqual(StopVerdict.Clean, report.Verdict, $"{Id}: {report.ToJson()}");
            Assert.AreEqual(0, Graph.LiveBlocks);
            Assert.AreEqual(0, Peers.Open, "links are left");
            _server.Dispose();
        }

        /// <summary>No walk, no journal, no flush, no block of an operation: as if there had never been a migration.</summary>
        internal async Task IsQuietAsync()
        {
            await Eventually.IsSoAsync(
                () => Peers.Open == 0 && Graph.Describe().Single(node => node.Name == "incoming-migrations").Ledger.Inside == 0 && Engine.Cluster!.Flushes.Active == 0 && Array.TrueForAll(Engine.Shards, shard => shard.Walks is null) && !Graph.Describe().Any(node => node.Name.StartsWith("migration-", StringComparison.Ordinal)),
                () => $"{Id} is not quiet: {Peers.Open} links, {Engine.Cluster!.Flushes.Active} flushes, {string.Join(',', Graph.Describe().Select(node => node.Name))}");
            Assert.AreEqual(0L, Engine.Bugs);
        }
    }
}
