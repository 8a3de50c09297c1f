using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>Processes between which several ranges of slots move at once while clients write; behind each step all agree who owns what.</summary>
internal sealed class ProcessChain(ProcessCluster cluster, Random random, int clients, int seed) : IAsyncDisposable
{
    private const int StepsBehind = 30;

    private readonly Ballast _ballast = new(cluster);
    private readonly SequencesClient[] _clients = [.. Enumerable.Range(0, clients).Select(i => new SequencesClient(cluster, i, (seed * clients) + i))];

    /// <summary>Migrations that came to their end.</summary>
    public int Finished { get; private set; }

    /// <summary>Those of them whose slots were first on their way to another node.</summary>
    public int Redirected { get; private set; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => _clients.Sum(client => client.Acknowledged);

    /// <summary>Redirections that clients followed.</summary>
    public long Redirections => _clients.Sum(client => client.Redirections);

    /// <summary>Gives every node a part, keys to each, and lets the clients write.</summary>
    public async Task BeginAsync()
    {
        int nodes = cluster.Nodes.Count, part = KeySlot.Count / nodes;
        for (int i = 0; i < nodes; i++)
            cluster.Owners[i] = ClusterTexts.Slots(i * part, i == nodes - 1 ? KeySlot.Count - 1 : ((i + 1) * part) - 1);
        await cluster.ConfigureAsync();
        foreach (ProcessNode node in cluster.Nodes)
            await node.IsQuietAsync();
        await _ballast.FillAsync();
        Array.ForEach(_clients, client => client.Start());
    }

    /// <summary>Some of the slots that a node owns; none if it owns none in the range that is drawn.</summary>
    public SlotSet SomeOf(int node)
    {
        int start = random.Next(KeySlot.Count);
        return cluster.Owners[node].Intersect(ClusterTexts.Slots(start, Math.Min(KeySlot.Count - 1, start + random.Next(1000, 12_000))));
    }

    /// <summary>Moves all of these at once, while so many links are reset, to their end.</summary>
    public async Task MoveAsync((int From, int To, SlotSet Slots)[] moves, int resets)
    {
        moves = [.. moves.Where(move => !move.Slots.IsEmpty)];
        await cluster.ConfigureAsync(moves);
        for (int i = 0; i < resets; i++)
        {
            cluster[random.Next(cluster.Nodes.Count)].Proxy.ResetOne(random.Next(5));
            await Task.Delay(random.Next(30));
        }

        await FinishAsync(moves);
    }

    /// <summary>Begins to move slots, takes that back at a random moment, and sends them to another node at once; if they have gone already, on from where they are.</summary>
    public async Task MoveElsewhereAsync(int from, int to, int elsewhere, SlotSet slots)
    {
        if (slots.IsEmpty)
            return;
        await cluster.ConfigureAsync((from, to, slots));
        await Task.Delay(random.Next(20));
        bool isTakenBack = await cluster.TryTakeBackAsync(cluster[from], cluster[to]);
        if (!isTakenBack)
            await FinishAsync([(from, to, slots)]);
        int source = isTakenBack ? from : to;
        Redirected += isTakenBack ? 1 : 0;
        await MoveAsync([(source, elsewhere, slots)], resets: 0);
    }

    /// <summary>All goes on, and is as the clients know it: nothing lost, nothing twice, nothing left of the migrations.</summary>
    public async Task JudgeAsync()
    {
        long[] goals = [.. _clients.Select(client => client.Acknowledged + StepsBehind)];
        await Eventually.IsSoAsync(
            () => Task.FromResult(_clients.Zip(goals).All(pair => pair.First.HasEnded || pair.First.Acknowledged >= pair.Second)), () => Task.FromResult("clients do not come on"));
        foreach (SequencesClient client in _clients)
        {
            await client.StopAsync();
            await client.CheckAsync();
        }

        await _ballast.CheckAsync();
        foreach (ProcessNode node in cluster.Nodes)
            await node.IsQuietAsync();
        Assert.AreEqual(_ballast.Count + _clients.Sum(client => client.Sequences.Count(sequence => sequence.Exists)), await cluster.SizeAsync(), "keys are lost, or there twice");
        foreach (ProcessNode node in cluster.Nodes)
        {
            node.Signal("TERM");
            await node.EndAsync(isKilled: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SequencesClient client in _clients)
            await client.DisposeAsync();
    }

    private async Task FinishAsync((int From, int To, SlotSet Slots)[] moves)
    {
        foreach ((int from, int to, SlotSet slots) in moves)
        {
            await Eventually.IsSoAsync(
                async () => (await cluster[from].StatusAsync("out")).State == "FINISHED",
                async () => $"{from}>{to}: source {await cluster[from].StatusAsync("out")}, target {await cluster[to].StatusAsync("in")}");
            Finished++;
        }

        foreach ((int from, int to, SlotSet slots) in moves)
            cluster.Moved(from, to, slots);
        // Nodes that had no part in it learn of it now.
        await cluster.ConfigureAsync();
        await cluster.AgreeAsync(cluster.Owners);
    }
}
