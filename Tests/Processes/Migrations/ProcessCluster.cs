using System.Collections.Concurrent;
using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>Nodes as processes, and their manager: it says who owns what, decides what becomes of a migration that was interrupted, and looks whether all nodes agree.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dflow-moves").FullName;
    private readonly ProcessNode[] _nodes;
    private readonly ConcurrentDictionary<int, ProcessNode> _ports = new();
    private long _epoch;

    private ProcessCluster(int nodes, string[] options)
    {
        _nodes = [.. Enumerable.Range(0, nodes).Select(i => new ProcessNode(i, _directory, options))];
        Owners = [.. _nodes.Select(_ => SlotSet.Empty)];
    }

    public IReadOnlyList<ProcessNode> Nodes => _nodes;

    /// <summary>Who owns what when no migration is under way.</summary>
    public SlotSet[] Owners { get; }

    public ProcessNode this[int index] => _nodes[index];

    /// <summary>Starts so many nodes, each as it is drawn; nobody owns anything yet.</summary>
    public static async Task<ProcessCluster> StartAsync(int nodes, Random random, params string[] options)
    {
        ProcessCluster cluster = new(nodes, options);
        NodeDraw[] draws = [.. cluster._nodes.Select(_ => NodeDraw.By(random))];
        await Task.WhenAll(cluster._nodes.Select(node => Task.Run(() => cluster.StartAsync(node, draws[node.Index]))));
        return cluster;
    }

    /// <summary>The node that a MOVED names; it may have ended.</summary>
    public ProcessNode Of(string moved)
    {
        int port = int.Parse(moved.AsSpan(moved.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
        return _ports.TryGetValue(port, out ProcessNode? node) ? node : throw new AssertFailedException($"{moved} names no node");
    }

    /// <summary>Tells all nodes that live who owns what, and what is to move; those first that are named first.</summary>
    public async Task ConfigureAsync(params (int From, int To, SlotSet Slots)[] migrations)
    {
        string json = Json(migrations);
        foreach (ProcessNode node in _nodes.Where(node => !node.MayEnd))
            Assert.AreEqual("OK", (await node.AskAsync("DFLYCLUSTER", "CONFIG", json)).Text, node.Id);
    }

    /// <summary>Takes a migration back: its source is asked first. False if it has handed its slots over, and then nothing has changed.</summary>
    public async Task<bool> TryTakeBackAsync(ProcessNode source, ProcessNode target, Action? forced = null)
    {
        string json = Json();
        string reply;
        while ((reply = (await source.AskAsync("DFLYCLUSTER", "CONFIG", json)).Text).StartsWith("TRYAGAIN ", StringComparison.Ordinal) && !target.MayEnd)
            await Task.Delay(5);
        if (reply.StartsWith("TRYAGAIN ", StringComparison.Ordinal))
        {
            // Who could say it has ended.
            reply = (await source.AskAsync("DFLYCLUSTER", "CONFIG", json, "FORCE")).Text;
            forced?.Invoke();
        }

        if (reply.Contains("have been handed over", StringComparison.Ordinal))
            return false;
        Assert.AreEqual("OK", reply);
        foreach (ProcessNode node in _nodes.Where(node => !node.MayEnd && node != source))
            Assert.AreEqual("OK", (await node.AskAsync("DFLYCLUSTER", "CONFIG", json)).Text, node.Id);
        return true;
    }

    /// <summary>A node that has ended comes back, is looked at, learns who owns what, and then clients may come to it.</summary>
    public async Task ReviveAsync(ProcessNode node, NodeDraw draw, Func<Task> looksAtIt)
    {
        await StartAsync(node, draw);
        await looksAtIt();
        string json = Json();
        Assert.AreEqual("OK", (await node.AskAsync("DFLYCLUSTER", "CONFIG", json)).Text, node.Id);
        node.Open();
        await ConfigureAsync();
    }

    /// <summary>Slots change their owner, as the nodes know already.</summary>
    public void Moved(int from, int to, SlotSet slots)
    {
        Owners[from] = Owners[from].Except(slots);
        Owners[to] = Owners[to].Union(slots);
    }

    /// <summary>Asks all nodes for a key of each slot: one answers, its owner, and all others name it.</summary>
    public async Task AgreeAsync(IReadOnlyList<SlotSet> owners)
    {
        RespValue[][] answers = await Task.WhenAll(_nodes.Select(node => node.AskAllAsync(Enumerable.Range(0, KeySlot.Count).Select(slot => (string[])["EXISTS", ClusterTexts.KeyOf(slot)]))));
        for (int slot = 0; slot < KeySlot.Count; slot++)
        {
            int owner = Enumerable.Range(0, owners.Count).Single(i => owners[i].Contains(slot));
            for (int i = 0; i < _nodes.Length; i++)
            {
                string expected = i == owner ? "0" : $"MOVED {slot} 127.0.0.1:{_nodes[owner].EndPoint.Port}";
                RespValue answer = answers[i][slot];
                Assert.AreEqual(expected, answer.IsError ? answer.Text : answer.Integer.ToString(CultureInfo.InvariantCulture), $"slot {slot}, owner {owner}, {_nodes[i].Id}");
            }
        }
    }

    /// <summary>Keys on all nodes.</summary>
    public async Task<long> SizeAsync() => (await Task.WhenAll(_nodes.Select(node => node.AskAsync("DBSIZE")))).Sum(reply => reply.Integer);

    public async ValueTask DisposeAsync()
    {
        foreach (ProcessNode node in _nodes)
            await node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync(ProcessNode node, NodeDraw draw)
    {
        await node.StartAsync(draw);
        _ports[node.EndPoint.Port] = node;
    }

    private string Json(params (int From, int To, SlotSet Slots)[] migrations) => ClusterTexts.Json(
        ++_epoch, [.. _nodes.Select(node => (node.Id, node.EndPoint.Port))], Owners, migrations.Select(leaves => (leaves.From, leaves.To, leaves.Slots, _nodes[leaves.To].Proxy.EndPoint.Port)));
}
