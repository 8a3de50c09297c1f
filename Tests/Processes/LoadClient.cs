using System.Globalization;
using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// Pipelines writes to keys of its own until its connection ends. Since nobody else writes there, each reply is known: counters and lengths go up by one, and
/// the first refusal for a key is followed by refusals only.
/// </summary>
internal sealed class LoadClient(EndPoint endPoint, int number, int seed)
{
    private const string Refusal = "ERR Server is shutting down";
    private const int DepthMax = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string[][] _commands =
    [
        ["INCR", Key("counter", number)], ["RPUSH", Key("list", number), "element"], ["SET", Key("string", number), "value"],
    ];

    private readonly long[] _done = new long[3];
    private readonly bool[] _refused = new bool[3];

    /// <summary>Runs until the server closes the connection; returns how many commands were answered.</summary>
    internal async Task<long> RunToEndAsync()
    {
        Random random = new(seed);
        long answered = 0;
        try
        {
            await using RespClient client = await RespClient.ConnectAsync(endPoint);
            while (true)
            {
                int[] kinds = [.. Enumerable.Range(0, random.Next(1, DepthMax)).Select(_ => random.Next(_commands.Length))];
                Task<RespValue>[] replies = [.. kinds.Select(kind => client.ExecuteAsync(_commands[kind]))];
                for (int i = 0; i < kinds.Length; i++)
                {
                    Check(kinds[i], await replies[i].WaitAsync(Patience));
                    answered++;
                }
            }
        }
        catch (IOException)
        {
            return answered;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return answered;
        }
    }

    /// <summary>Asks the server to end; the answer is the end of the connection.</summary>
    internal static async Task ShutDownAsync(EndPoint endPoint)
    {
        await using RespClient client = await RespClient.ConnectAsync(endPoint);
        try
        {
            RespValue reply = await client.ExecuteAsync("SHUTDOWN", "NOSAVE").WaitAsync(Patience);
            Assert.Fail($"SHUTDOWN was answered: {reply}");
        }
        catch (IOException)
        {
            // As it should be.
        }
    }

    private void Check(int kind, RespValue reply)
    {
        if (reply.IsError)
        {
            Assert.AreEqual(Refusal, reply.Text);
            _refused[kind] = true;
            return;
        }

        Assert.IsFalse(_refused[kind], $"{_commands[kind][0]} was done after a refusal: {reply}");
        _done[kind]++;
        if (kind < 2)
            Assert.AreEqual(_done[kind], reply.Integer, _commands[kind][0]);
        else
            Assert.AreEqual("OK", reply.Text);
    }

    private static string Key(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}:{number}");
}
