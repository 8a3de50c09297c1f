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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _counter = $"counter:{{{tag}}}";
    private readonly string _list = $"list:{{{tag}}}";
    private long _counted;
    private long _listed;
    private long _unknownCounts;
    private long _unknownLines;

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
        _counted = Restored(_counter, counter.IsNull ? 0 : counter.Integer, _counted, _unknownCounts);
        string[] lines = [.. (await owner.ExecuteAsync("LRANGE", _list, "0", "-1").WaitAsync(Patience)).Items.Select(item => item.Text)];
        _listed = Restored(_list, lines.Length, _listed, _unknownLines);
        for (int i = 0; i < lines.Length; i++)
            Assert.AreEqual(i.ToString(CultureInfo.InvariantCulture), lines[i], $"{_list} has a hole, or something twice");
        (_unknownCounts, _unknownLines) = (0, 0);
        await owner.ExecuteAsync("DEL", _list).WaitAsync(Patience);
        _listed = 0;
    }

    private static long Restored(string key, long restored, long acknowledged, long unknown)
    {
        Assert.IsTrue(restored >= acknowledged, $"{key}: {acknowledged} acknowledged, {unknown} without an answer, {restored} there: acknowledged writes are lost");
        Assert.IsTrue(restored <= acknowledged + unknown, $"{key}: {acknowledged} acknowledged, {unknown} without an answer, {restored} there: more than was sent");
        return restored;
    }

    // Why the rest of a pipeline was not run, or null.
    private async Task<string?> WriteAsync(RespClient client, Random random)
    {
        bool[] counts = [.. Enumerable.Range(0, random.Next(1, depth + 1)).Select(_ => random.Next(2) == 0)];
        long line = _listed;
        (_unknownCounts, _unknownLines) = (counts.Count(isCount => isCount), counts.Count(isCount => !isCount));
        Task<RespValue>[] replies =
        [
            .. counts.Select(isCount => isCount ? client.ExecuteAsync("INCR", _counter) : client.ExecuteAsync("RPUSH", _list, line++.ToString(CultureInfo.InvariantCulture))),
        ];
        string? refused = null;
        for (int i = 0; i < replies.Length; i++)
        {
            RespValue reply = await replies[i].WaitAsync(Patience);
            if (counts[i])
                _unknownCounts--;
            else
                _unknownLines--;
            if (reply.IsError)
                refused = Refused(reply.Text);
            else
                Note(counts[i], reply, refused);
        }

        return refused;
    }

    private void Note(bool isCount, RespValue reply, string? refused)
    {
        Assert.IsNull(refused, $"{_counter}: something was done behind what was refused");
        long expected = isCount ? ++_counted : ++_listed;
        Assert.AreEqual(expected, reply.Integer, isCount ? _counter : _list);
        Acknowledged++;
    }

    private string Refused(string text)
    {
        Assert.IsTrue(text == Refusal || text.StartsWith("MOVED", StringComparison.Ordinal), $"{_counter}: {text}");
        return text;
    }
}
