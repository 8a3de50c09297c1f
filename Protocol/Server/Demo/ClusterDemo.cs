using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Protocol.Wire;
using Spectre.Console;

namespace DragonflyFlow.Protocol.Server.Demo;

/// <summary>Some nodes in one process: a configuration, sample data, and half of the first node's slots that move to the second one while a client writes.</summary>
internal sealed class ClusterDemo(IAnsiConsole console, int count, int keys)
{
    private readonly List<DemoNode> _nodes = [];
    private SlotSet[] _owners = [];
    private long _epoch;

    /// <summary>Runs all of it; whether everything came out as it must.</summary>
    public async Task<bool> RunAsync()
    {
        try
        {
            for (int i = 0; i < count; i++)
                _nodes.Add(await DemoNode.StartAsync($"node{i + 1}"));
            Tell($"{count} nodes: {string.Join(", ", _nodes)}");
            _owners = [.. Enumerable.Range(0, count).Select(i => Range(KeySlot.Count * i / count, (KeySlot.Count * (i + 1) / count) - 1))];
            await ConfigureAsync();
            Tell("configured: each owns its share of the 16384 slots");
            await LoadAsync();
            Tell($"{keys} keys of sample data");
            DemoWriter writer = new(_nodes);
            Task writing = writer.RunAsync();
            bool isMoved = await MoveAsync(writer);
            await Task.Delay(200);
            writer.Stop();
            await writing;
            return await CheckAsync(writer) & isMoved & await StopAsync();
        }
        finally
        {
            foreach (DemoNode node in _nodes)
                await node.DisposeAsync();
        }
    }

    private async Task<bool> MoveAsync(DemoWriter writer)
    {
        SlotRange whole = _owners[0].Ranges[0];
        SlotSet moving = Range(whole.Start, (whole.Start + whole.End) / 2);
        Tell($"slots {moving} move from {_nodes[0].Id} to {_nodes[1].Id}, and a client writes");
        long expected = (await _nodes[0].CountAsync()) * moving.Count / _owners[0].Count;
        long began = TimeProvider.System.GetTimestamp();
        await ConfigureAsync(new SlotMigration(moving.Ranges, _nodes[1].Id, "127.0.0.1", _nodes[1].Port));
        (string State, long Keys, string Error) status = default;
        await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(async progress =>
        {
            ProgressTask bar = progress.AddTask("keys", maxValue: Math.Max(1, expected));
            while (true)
            {
                status = await _nodes[0].StatusAsync();
                bar.Value = status.Keys;
                if (status.State is "FINISHED" or "FATAL")
                    break;
                await Task.Delay(10);
            }

            bar.Value = bar.MaxValue;
        });
        double ms = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        Tell(string.Create(CultureInfo.InvariantCulture, $"{status.State}: {status.Keys} keys in {ms:F0} ms; the client has written {writer.Written} times"));
        if (status.State != "FINISHED")
            return false;
        _owners[0] = _owners[0].Except(moving);
        _owners[1] = _owners[1].Union(moving);
        await ConfigureAsync();
        Tell("configured: the slots are the second node's");
        return true;
    }

    private async Task<bool> CheckAsync(DemoWriter writer)
    {
        int wrong = await writer.CheckAsync();
        Table table = new();
        table.AddColumns("node", "slots", "keys");
        long found = 0;
        for (int i = 0; i < count; i++)
        {
            long held = await _nodes[i].CountAsync();
            found += held;
            table.AddRow(_nodes[i].ToString(), _owners[i].ToString(), held.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(table);
        long expected = keys + writer.Keys;
        Tell(string.Create(CultureInfo.InvariantCulture,
            $"the client: {writer.Written} writes, {writer.Redirections} redirections, at most {writer.LongestMs:F1} ms for one; {wrong} counters are wrong"));
        bool isGood = wrong == 0 && found == expected;
        Tell(isGood ? $"OK: {found} keys, none lost, none double" : $"WRONG: {found} keys, {expected} expected");
        return isGood;
    }

    private async Task<bool> StopAsync()
    {
        bool isClean = true;
        foreach (DemoNode node in _nodes)
            isClean &= (await node.StopAsync()).Verdict == StopVerdict.Clean;
        Tell(isClean ? "all nodes have stopped in order" : "a node has not stopped in order");
        return isClean;
    }

    private async Task LoadAsync()
    {
        for (int i = 0; i < keys; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"key:{i}");
            int slot = KeySlot.Of(Encoding.ASCII.GetBytes(key));
            DemoNode owner = _nodes[Array.FindIndex(_owners, owned => owned.Contains(slot))];
            await owner.AskAsync("SET", key, $"value of {key}");
        }
    }

    private async Task ConfigureAsync(params SlotMigration[] leaving)
    {
        List<ClusterShard> shards = [];
        for (int i = 0; i < count; i++)
            shards.Add(new ClusterShard(_owners[i].Ranges, new ClusterNodeInfo(_nodes[i].Id, "127.0.0.1", _nodes[i].Port), [], i == 0 ? leaving : []));
        ClusterConfig config = ClusterConfig.TryMake(shards, ++_epoch, out string? error) ?? throw new InvalidOperationException(error);
        // The target first, so that it knows of the migration when the source asks.
        foreach (DemoNode node in Enumerable.Reverse(_nodes))
        {
            RespValue reply = await node.AskAsync("DFLYCLUSTER", "CONFIG", Encoding.UTF8.GetString(ClusterJson.Write(config)));
            if (reply.IsError)
                throw new InvalidOperationException($"{node.Id}: {reply.Text}");
        }
    }

    private void Tell(string line) => console.WriteLine(line);

    private static SlotSet Range(int start, int end) => SlotSet.Of([new SlotRange(start, end)]);
}
