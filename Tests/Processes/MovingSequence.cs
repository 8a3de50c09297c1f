using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// Writes a counter and a list of numbers, both in one slot, to whichever of two nodes owns it, and holds what is there after a stop against what it was told, as
/// <see cref="SequenceClient"/> does with one server.
/// </summary>
internal sealed class MovingSequence(string tag, int depth)
{
    private const string Refusal = "ERR Server is shutting down";

    // In the place of a line: the counter is counted up.
    private const long Count = -1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _counter = $"counter:{{{tag}}}";
    private readonly string _list = $"list:{{{tag}}}";
    private readonly List<long> _acknowledgedLines = [];
    private readonly HashSet<long> _unknownLines = [];
    private long _counted;
    private long _unknownCounts;
    private long _nextLine;

    /// <summary>Commands that were acknowledged, over all rounds.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The slot of both keys.</summary>
    public int Slot { get; } = KeySlot.Of(System.Text.Encoding.ASCII.GetBytes($"{{{tag}}}"));

    /// <summary>Keys that there are when it has been checked.</summary>
    public int Keys => _counted > 0 ? 1 : 0;

    /// <summary>Writes, beginning with a node, until that is over or its connection ends.</summary>
    public async Task RunAsync(EndPoint[] nodes, int first, Random random, Func<bool> isOver)
    {
        EndPoint node = nodes[first];
        try
        {
            while (!isOver())
            {
                await using RespClient client = await RespClient.ConnectAsync(node);
                string? moved = null;
                while (moved is null && !isOver())
                {
                    moved = await WriteAsync(client, random);
                    // The test's own processor time is the servers' too.
                    if (depth > 1)
                        await Task.Delay(1);
                }

                if (moved is null or Refusal)
                    return;
                node = nodes.First(known => moved.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{((IPEndPoint)known).Port}"), StringComparison.Ordinal));
            }
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // The node has stopped; what had no answer is counted.
        }
    }

    /// <summary>Asserts that what the owner holds is what it may hold, and goes on from there.</summary>
    public async Task CheckAsync(RespClient owner)
    {
        RespValue counter = await owner.ExecuteAsync("GET", _counter).WaitAsync(Patience);
        _counted = Restored(counter.IsNull ? 0 : counter.Integer);
        long[] lines = [.. (await owner.ExecuteAsync("LRANGE", _list, "0", "-1").WaitAsync(Patience)).Items.Select(item => item.Integer)];
        Assert.IsTrue(lines.Zip(lines.Skip(1), (line, next) => line < next).All(isInOrder => isInOrder), $"{_list} has something twice, or before what was sent before it");
        Assert.IsEmpty(_acknowledgedLines.Except(lines), $"{_list}: acknowledged lines are lost");
        Assert.IsEmpty(lines.Except(_acknowledgedLines).Except(_unknownLines), $"{_list}: lines that were refused are there");
        await owner.ExecuteAsync("DEL", _list).WaitAsync(Patience);
        _unknownCounts = 0;
        _acknowledgedLines.Clear();
        _unknownLines.Clear();
    }

    private long Restored(long restored)
    {
        Assert.IsTrue(restored >= _counted, $"{_counter}: {_counted} acknowledged, {_unknownCounts} without an answer, {restored} there: acknowledged writes are lost");
        Assert.IsTrue(restored <= _counted + _unknownCounts, $"{_counter}: {_counted} acknowledged, {_unknownCounts} without an answer, {restored} there: more than was sent");
        return restored;
    }

    // Why some of a pipeline were not run, or null. A line is in no pipeline but its own.
    private async Task<string?> WriteAsync(RespClient client, Random random)
    {
        long[] lines = [.. Enumerable.Range(0, random.Next(1, depth + 1)).Select(_ => random.Next(2) == 0 ? Count : _nextLine++)];
        _unknownCounts = lines.Count(line => line == Count);
        _unknownLines.UnionWith(lines.Where(line => line != Count));
        Task<RespValue>[] replies =
        [
            .. lines.Select(line => line == Count ? client.ExecuteAsync("INCR", _counter) : client.ExecuteAsync("RPUSH", _list, line.ToString(CultureInfo.InvariantCulture))),
        ];
        // The two keys may lie on different shards, which come to their part of a pipeline each in its own time, before a hand-over or behind it; of one key the order holds.
        string? refusedCount = null, refusedLine = null;
        for (int i = 0; i < replies.Length; i++)
        {
            RespValue reply = await replies[i].WaitAsync(Patience);
            ref string? refused = ref lines[i] == Count ? ref refusedCount : ref refusedLine;
            if (lines[i] == Count)
                _unknownCounts--;
            else
                _unknownLines.Remove(lines[i]);
            if (reply.IsError)
                refused = Refused(reply.Text);
            else
                Note(lines[i], reply, refused);
        }

        return refusedCount ?? refusedLine;
    }

    private void Note(long line, RespValue reply, string? refused)
    {
        string key = line == Count ? _counter : _list;
        Assert.IsNull(refused, $"{key}: something was done behind what was refused");
        if (line == Count)
            _counted++;
        else
            _acknowledgedLines.Add(line);
        Assert.AreEqual(line == Count ? _counted : _acknowledgedLines.Count, reply.Integer, key);
        Acknowledged++;
    }

    // Null: it was not run, and others may be that come later, here or elsewhere.
    private string? Refused(string text)
    {
        if (text.StartsWith("TRYAGAIN ", StringComparison.Ordinal))
            return null;
        Assert.IsTrue(text == Refusal || text.StartsWith("MOVED", StringComparison.Ordinal), $"{_counter}: {text}");
        return text;
    }
}
