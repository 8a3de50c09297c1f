using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>A node of a cluster in process, called "me", with its graph; other nodes exist in configurations only.</summary>
internal sealed class ClusterStore : IAsyncDisposable
{
    private readonly List<InProcessClient> _clients = [];

    internal ClusterStore(int shards = 3, string mode = "yes", ulong seed = 1)
    {
        ConfigStore config = new();
        Assert.IsNull(config.SetAtStart(StoreOptions.ClusterMode, mode));
        if (mode == "yes")
            Assert.IsNull(config.SetAtStart(StoreOptions.ClusterNodeId, "me"));
        Engine = new StoreEngine(new StoreEngineOptions { Shards = shards, Checked = true, Config = config, Seed = seed }, TimeProvider.System);
        Clients = Graph.AddGate("clients", Stage.Sessions, Upstreams.None);
        Engine.Join(Graph, Clients);
        Client = Open();
    }

    internal StoreEngine Engine { get; }

    internal FlowGraph Graph { get; } = new();

    internal Gate Clients { get; }

    /// <summary>The first client.</summary>
    internal InProcessClient Client { get; }

    internal ClusterNode Node => Engine.Cluster!;

    internal InProcessClient Open()
    {
        InProcessClient client = new(Engine);
        _clients.Add(client);
        return client;
    }

    /// <summary>A configuration: "me 0-100,200 > other 5-6; other 101-199 201-16383" says who owns what, and after '>' what leaves to whom.</summary>
    internal static string Json(string words, long? epoch = null, string otherIp = "10.0.0.2", int otherPort = 7002)
    {
        List<ClusterShard> shards = [];
        foreach (string line in words.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split('>', StringSplitOptions.TrimEntries);
            string[] owner = parts[0].Split(' ', 2);
            List<SlotMigration> leaving = [.. parts[1..].Select(part => part.Split(' ', 2)).Select(to => new SlotMigration(Ranges(to[1]), to[0], "10.0.0.9", 7009))];
            bool isMe = owner[0] == "me";
            shards.Add(new ClusterShard(Ranges(owner.Length > 1 ? owner[1] : ""), new ClusterNodeInfo(owner[0], isMe ? "10.0.0.1" : otherIp, isMe ? 7001 : otherPort), [], leaving));
        }

        ClusterConfig? config = ClusterConfig.TryMake(shards, epoch, out string? error);
        Assert.IsNotNull(config, error);
        return Encoding.UTF8.GetString(ClusterJson.Write(config));
    }

    /// <summary>Pushes a configuration in the words of <see cref="Json"/>.</summary>
    internal void Configure(string words, long? epoch = null) => Assert.AreEqual("+OK\r\n", Client.Execute("DFLYCLUSTER", "CONFIG", Json(words, epoch)));

    /// <summary>A key of a slot, one of many.</summary>
    internal static string KeyOf(int slot, int number = 0)
    {
        for (int i = 0; ; i++)
        {
            string tag = i.ToString(CultureInfo.InvariantCulture);
            if (KeySlot.Of(Encoding.ASCII.GetBytes(tag)) == slot)
                return $"{{{tag}}}{number}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (InProcessClient client in _clients)
            client.Dispose();
        if (Graph.IsStopping)
            return;
        StopReport report = await Graph.StopAsync();
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        Assert.AreEqual(0, Graph.LiveBlocks);
    }

    private static List<SlotRange> Ranges(string words) =>
        [.. words.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('-')).Select(ends => new SlotRange(Number(ends[0]), Number(ends[^1])))];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
