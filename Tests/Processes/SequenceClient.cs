using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// Writes two sequences of its own, a counter and a list of numbers, until its connection ends, and holds what a store has after a restart against what it was told:
/// acknowledged &lt;= restored &lt;= acknowledged + what had no answer, without a hole and without anything twice. With a depth of 1 that is the contract of DESIGN rule 19.
/// </summary>
internal sealed class SequenceClient(int number, int depth)
{
    private const string Refusal = "ERR Server is shutting down";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _counter = string.Create(CultureInfo.InvariantCulture, $"counter:{number}");
    private readonly string _list = string.Create(CultureInfo.InvariantCulture, $"list:{number}");
    private Sequence _counted;
    private Sequence _listed;

    /// <summary>Commands that were acknowledged, over all rounds.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Writes until the server closes the connection.</summary>
    public async Task RunToEndAsync(EndPoint endPoint, Random random)
    {
        try
        {
            await using RespClient client = await RespClient.ConnectAsync(endPoint);
            while (true)
                await WriteAsync(client, random);
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // The server has stopped.
        }
    }

    /// <summary>Asserts that what the store holds is what it may hold, and begins a new list.</summary>
    public async Task CheckAsync(RespClient client)
    {
        RespValue counter = await client.ExecuteAsync("GET", _counter).WaitAsync(Patience);
        _counted = _counted.Restored(_counter, counter.IsNull ? 0 : counter.Integer);
        string[] list = [.. (await client.ExecuteAsync("LRANGE", _list, "0", "-1").WaitAsync(Patience)).Items.Select(item => item.Text)];
        _listed.Restored(_list, list.Length);
        for (int i = 0; i < list.Length; i++)
            Assert.AreEqual(i.ToString(CultureInfo.InvariantCulture), list[i], $"{_list} has a hole, or something twice");
        await client.ExecuteAsync("DEL", _list).WaitAsync(Patience);
        _listed = default;
    }

    private async Task WriteAsync(RespClient client, Random random)
    {
        int count = random.Next(1, depth + 1);
        var sent = new (bool IsCount, Task<RespValue> Reply)[count];
        for (int i = 0; i < count; i++)
        {
            bool isCount = random.Next(2) == 0;
            sent[i] = (isCount, isCount
                ? client.ExecuteAsync("INCR", _counter)
                : client.ExecuteAsync("RPUSH", _list, _listed.Sent.ToString(CultureInfo.InvariantCulture)));
            if (isCount)
                _counted = _counted.Send();
            else
                _listed = _listed.Send();
        }

        foreach ((bool isCount, Task<RespValue> reply) in sent)
        {
            RespValue answer = await reply.WaitAsync(Patience);
            if (isCount)
                _counted = _counted.Answered(_counter, answer);
            else
                _listed = _listed.Answered(_list, answer);
            Acknowledged += answer.IsError ? 0 : 1;
        }
    }

    /// <summary>How far one sequence is.</summary>
    private readonly record struct Sequence(long Acknowledged, long Sent, long Refused)
    {
        public Sequence Send() => this with { Sent = Sent + 1 };

        public Sequence Answered(string key, RespValue answer)
        {
            if (answer.IsError)
            {
                Assert.AreEqual(Refusal, answer.Text, key);
                return this with { Refused = Refused + 1 };
            }

            Assert.AreEqual(0, Refused, $"{key}: something was done behind what was refused");
            Assert.AreEqual(Acknowledged + 1, answer.Integer, key);
            return this with { Acknowledged = Acknowledged + 1 };
        }

        /// <summary>The sequence as it goes on from what was restored.</summary>
        public Sequence Restored(string key, long restored)
        {
            Assert.IsTrue(restored >= Acknowledged, $"{key}: {this}, {restored} restored: acknowledged writes are lost");
            Assert.IsTrue(restored <= Sent - Refused, $"{key}: {this}, {restored} restored: more than was sent");
            return new Sequence(restored, restored, 0);
        }
    }
}
