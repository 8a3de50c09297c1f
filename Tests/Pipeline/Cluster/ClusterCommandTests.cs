using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>What a node answers about its cluster, and how it takes over a configuration.</summary>
[TestClass]
public sealed class ClusterCommandTests
{
    [TestMethod]
    public void Without_cluster_mode_it_is_refused_as_by_redis()
    {
        using InProcessClient client = new(shards: 2);
        foreach (string line in (string[])["CLUSTER INFO", "CLUSTER SLOTS", "CLUSTER HELP", "CLUSTER KEYSLOT a", "CLUSTER COUNTKEYSINSLOT 1", "READONLY", "READWRITE"])
            Assert.AreEqual("-ERR This instance has cluster support disabled\r\n", client.Line(line), line);
        Assert.AreEqual("-ERR Cluster is disabled. Use --cluster_mode=yes to enable.\r\n", client.Line("DFLYCLUSTER FLUSHSLOTS 1 2"));
        StringAssert.Contains(client.Line("INFO cluster"), "cluster_enabled:0\r\n");
    }

    [TestMethod]
    public async Task An_emulated_cluster_is_one_node_that_owns_everything()
    {
        await using ClusterStore store = new(mode: "emulated");
        InProcessClient client = store.Client;
        string id = client.Ask("CLUSTER", "MYID").ToString()!;
        Assert.HasCount(40, store.Node.Id);
        Assert.AreEqual($"*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n$9\r\n127.0.0.1\r\n:6379\r\n$40\r\n{store.Node.Id}\r\n*0\r\n", client.Line("CLUSTER SLOTS"), id);
        Assert.AreEqual($"$101\r\n{store.Node.Id} 127.0.0.1:6379@6379 myself,master - 0 0 0 connected 0-16383\n\r\n", client.Line("CLUSTER NODES"));
        StringAssert.Contains(client.Line("CLUSTER INFO"), "cluster_state:ok\r\ncluster_slots_assigned:16384\r\n");
        StringAssert.Contains(client.Line("INFO server"), "redis_mode:cluster\r\n");
        StringAssert.Contains(client.Line("HELLO"), "$4\r\nmode\r\n$7\r\ncluster\r\n");
        Assert.AreEqual("+OK\r\n", client.Line("MSET a 1 b 2 c 3"));
        Assert.AreEqual("*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n", client.Line("MGET a b c"));
        Assert.AreEqual("*3\r\n$1\r\n1\r\n$1\r\n2\r\n:2\r\n", client.Pipeline(["MULTI"], ["GET", "a"], ["GET", "b"], ["DEL", "a", "c"], ["EXEC"])[^22..]);
        Assert.AreEqual(":1\r\n", client.Line($"CLUSTER COUNTKEYSINSLOT {KeySlot.Of("b"u8)}"));
        Assert.AreEqual("+OK\r\n+OK\r\n+OK\r\n", client.Pipeline(["SELECT", "1"], ["SET", "x", "1"], ["SELECT", "0"]));
        Assert.AreEqual("+OK\r\n", client.Line("READONLY"));
        Assert.AreEqual("+OK\r\n", client.Line("READWRITE"));
        Assert.AreEqual("*0\r\n", client.Line("CLUSTER LINKS"));
        Assert.AreEqual("-ERR Cluster is disabled. Use --cluster_mode=yes to enable.\r\n", client.Line("DFLYCLUSTER CONFIG []"));
    }

    [TestMethod]
    public async Task A_node_without_a_configuration_serves_no_slot_and_says_who_it_is()
    {
        await using ClusterStore store = new();
        Assert.AreEqual("-CLUSTERDOWN Hash slot not served\r\n", store.Client.Line("GET a"));
        Assert.AreEqual("+PONG\r\n", store.Client.Line("PING"));
        Assert.AreEqual("$2\r\nme\r\n", store.Client.Line("CLUSTER MYID"));
        Assert.AreEqual("$2\r\nme\r\n", store.Client.Line("DFLYCLUSTER MYID"));
        Assert.AreEqual("*0\r\n", store.Client.Line("CLUSTER SLOTS"));
        StringAssert.Contains(store.Client.Line("CLUSTER NODES"), "me 127.0.0.1:6379@6379 myself,master - 0 0 0 connected\n");
        StringAssert.Contains(store.Client.Line("CLUSTER INFO"), "cluster_state:fail\r\ncluster_slots_assigned:0\r\n");
    }

    [TestMethod]
    public async Task A_configured_node_describes_all_nodes()
    {
        await using ClusterStore store = new();
        const string Json = """
            [{"slot_ranges":[{"start":0,"end":99},{"start":101,"end":16383}],"master":{"id":"me","ip":"h1","port":1},
              "replicas":[{"id":"r1","ip":"h2","port":2},{"id":"r2","ip":"h3","port":3,"health":"loading"},{"id":"r3","ip":"h4","port":4,"health":"hidden"}]},
             {"slot_ranges":[{"start":100,"end":100}],"master":{"id":"b","ip":"h5","port":5,"health":"fail"},"replicas":[]}]
            """;
        Assert.AreEqual("+OK\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", Json));
        Assert.AreEqual(
            Words("*3 *4 :0 :99 *4 $2 h1 :1 $2 me *0 *4 $2 h2 :2 $2 r1 *0 *4 :101 :16383 *4 $2 h1 :1 $2 me *0 *4 $2 h2 :2 $2 r1 *0 *3 :100 :100 *4 $2 h5 :5 $1 b *0"),
            store.Client.Line("CLUSTER SLOTS"));
        string nodes = store.Client.Line("CLUSTER NODES");
        StringAssert.Contains(nodes, "me h1:1@1 myself,master - 0 0 0 connected 0-99 101-16383\nr1 h2:2@2 slave me 0 0 0 connected\nr2 h3:3@3 slave me 0 0 0 connected\n"
            + "b h5:5@5 master,fail - 0 0 0 disconnected 100\n");
        string shards = store.Client.Line("CLUSTER SHARDS");
        StringAssert.StartsWith(shards, Words("*2 *4 $5 slots *4 :0 :99 :101 :16383 $5 nodes *3 *14 $2 id $2 me $4 port :1 $2 ip $2 h1 $8 endpoint $2 h1 $4 role $6 master"));
        StringAssert.Contains(shards, Words("$2 id $2 r2 $4 port :3 $2 ip $2 h3 $8 endpoint $2 h3 $4 role $7 replica $18 replication-offset :0 $6 health $7 loading"));
        Assert.DoesNotContain("r3", shards);
        StringAssert.Contains(store.Client.Line("CLUSTER INFO"), "cluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:5\r\ncluster_size:2\r\n");
    }

    [TestMethod]
    public async Task What_is_wrong_changes_nothing_and_is_said()
    {
        await using ClusterStore store = new();
        store.Configure("me 0-16383");
        store.Client.Line("SET a 1");
        Assert.AreEqual("-ERR Invalid cluster configuration: slots 0-16383 belong to nobody\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", "[]"));
        Assert.AreEqual("$1\r\n1\r\n", store.Client.Line("GET a"));
        Assert.AreEqual("-ERR wrong number of arguments for 'dflycluster|config' command\r\n", store.Client.Line("DFLYCLUSTER CONFIG"));
    }

    [TestMethod]
    public async Task An_older_epoch_is_refused_and_one_without_an_epoch_is_not()
    {
        await using ClusterStore store = new();
        store.Configure("me 0-16383", epoch: 5);
        StringAssert.Contains(store.Client.Line("CLUSTER INFO"), "cluster_current_epoch:5\r\n");
        string older = ClusterStore.Json("me; other 0-16383", epoch: 4);
        Assert.AreEqual("-ERR Invalid cluster configuration: epoch 4 is older than epoch 5 of this node\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", older));
        string same = ClusterStore.Json("me; other 0-16383", epoch: 5);
        Assert.AreEqual("-ERR Invalid cluster configuration: epoch 5 is that of another configuration\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", same));
        store.Configure("me 0-16383", epoch: 5);
        Assert.AreEqual("+OK\r\n", store.Client.Line("SET a 1"));
        store.Configure("me 0-8000; other 8001-16383");
        Assert.AreEqual("-ERR Invalid cluster configuration: epoch 4 is older than epoch 5 of this node\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", older));
        store.Configure("me; other 0-16383", epoch: 6);
        Assert.AreEqual("-MOVED 15495 10.0.0.2:7002\r\n", store.Client.Line("GET a"));
    }

    [TestMethod]
    public async Task Slots_are_counted_and_listed()
    {
        await using ClusterStore store = new();
        store.Configure("me 0-16383");
        foreach (int slot in (int[])[0, 7, 16383])
        {
            for (int i = 0; i <= slot % 10; i++)
                store.Client.Execute("SET", ClusterStore.KeyOf(slot, i), "value");
        }

        Assert.AreEqual(":8\r\n", store.Client.Line("CLUSTER COUNTKEYSINSLOT 7"));
        Assert.AreEqual(":0\r\n", store.Client.Line("CLUSTER COUNTKEYSINSLOT 8"));
        string[] keys = [.. store.Client.Ask("CLUSTER", "GETKEYSINSLOT", "7", "100").Items.Select(item => item.Text).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(Enumerable.Range(0, 8).Select(i => ClusterStore.KeyOf(7, i)).ToArray(), keys);
        Assert.HasCount(3, store.Client.Ask("CLUSTER", "GETKEYSINSLOT", "7", "3").Items);
        Assert.HasCount(0, store.Client.Ask("CLUSTER", "GETKEYSINSLOT", "7", "0").Items);
        store.Client.Execute("DEL", ClusterStore.KeyOf(7, 0));
        store.Client.Execute("GET", ClusterStore.KeyOf(7, 1));
        store.Client.Execute("RENAME", ClusterStore.KeyOf(7, 1), ClusterStore.KeyOf(7, 2));
        Assert.AreEqual(":6\r\n", store.Client.Line("CLUSTER COUNTKEYSINSLOT 7"));
        RespValue info = store.Client.Ask("DFLYCLUSTER", "GETSLOTINFO", "SLOTS", "7", "8");
        string[] row = [.. info.Items[0].Items.Select(item => item.Text)];
        CollectionAssert.AreEqual(new[] { "7", "key_count", "6", "total_reads", "1", "total_writes", "10", "memory_bytes" }, row[..8]);
        Assert.IsGreaterThan(100, int.Parse(row[8], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { "8", "key_count", "0", "total_reads", "0", "total_writes", "0", "memory_bytes", "0" }, info.Items[1].Items.Select(item => item.Text).ToArray());
        store.Client.Execute("FLUSHALL");
        Assert.AreEqual(":0\r\n", store.Client.Line("CLUSTER COUNTKEYSINSLOT 7"));
    }

    [TestMethod]
    [DataRow("CLUSTER COUNTKEYSINSLOT 16384", "ERR Invalid slot")]
    [DataRow("CLUSTER COUNTKEYSINSLOT x", "ERR value is not an integer or out of range")]
    [DataRow("CLUSTER GETKEYSINSLOT 16384 1", "ERR Invalid slot or number of keys")]
    [DataRow("CLUSTER GETKEYSINSLOT 1 -1", "ERR Invalid slot or number of keys")]
    [DataRow("CLUSTER GETKEYSINSLOT x 1", "ERR value is not an integer or out of range")]
    [DataRow("CLUSTER NOSUCH", "ERR unknown subcommand 'NOSUCH'. Try CLUSTER HELP.")]
    [DataRow("CLUSTER KEYSLOT", "ERR wrong number of arguments for 'cluster|keyslot' command")]
    [DataRow("DFLYCLUSTER GETSLOTINFO SLOTS x", "ERR Invalid slot id")]
    [DataRow("DFLYCLUSTER GETSLOTINFO SLOT 1", "ERR syntax error")]
    [DataRow("DFLYCLUSTER FLUSHSLOTS 2 1", "ERR slots 2-1 end before they start")]
    [DataRow("DFLYCLUSTER FLUSHSLOTS 2 3 4", "ERR wrong number of arguments for 'dflycluster|flushslots' command")]
    [DataRow("DFLYCLUSTER FLUSHSLOTS 2 16384", "ERR Invalid slot")]
    public async Task Wrong_arguments_are_refused(string line, string error)
    {
        await using ClusterStore store = new();
        Assert.AreEqual($"-{error}\r\n", store.Client.Line(line));
    }

    [TestMethod]
    public async Task Migrations_of_a_configuration_are_shown()
    {
        await using ClusterStore store = new();
        Assert.AreEqual("*0\r\n", store.Client.Line("DFLYCLUSTER SLOT-MIGRATION-STATUS"));
        store.Configure("me 0-8000 > b 5-9,11; b 8001-16383 > me 9000");
        RespValue rows = store.Client.Ask("DFLYCLUSTER", "SLOT-MIGRATION-STATUS");
        CollectionAssert.AreEqual(new[] { "in b CONNECTING", "out b CONNECTING" }, rows.Items.Select(row => string.Join(' ', row.Items.Take(3).Select(item => item.Text))).ToArray());
        Assert.AreEqual("5-9 11", rows.Items[1].Items[5].Text);
        Assert.AreEqual("*0\r\n", store.Client.Line("DFLYCLUSTER SLOT-MIGRATION-STATUS nobody"));
    }

    [TestMethod]
    public async Task Commands_are_described()
    {
        await using ClusterStore store = new();
        foreach (string container in (string[])["CLUSTER", "DFLYCLUSTER"])
        {
            RespValue help = store.Client.Ask(container, "HELP");
            Assert.AreEqual($"{container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", help.Items[0].Text);
            Assert.IsGreaterThan(10, help.Items.Count);
        }
    }

    private static string Words(string words) => string.Concat(words.Split(' ').Select(word => word + "\r\n"));
}
