using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Protocol.Server.Io;
using DragonflyFlow.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Protocol.Server.Hosting;

/// <summary>The whole server in this process: several I/O threads and several shards, so that batches come back on other threads.</summary>
[TestClass]
public sealed class StoreServerTests
{
    private const int Clients = 8;

    [TestMethod]
    [DataRow("uring", 1, 1, 14)]
    [DataRow("uring", 3, 4, 15)]
    [DataRow("epoll", 1, 1, 11)]
    [DataRow("epoll", 3, 4, 12)]
    [DataRow("sockets", 2, 4, 13)]
    public async Task Replies_come_in_order_whatever_thread_runs_a_batch(string io, int threads, int shards, int seed)
    {
        using StoreServer server = Start(io, threads, shards);
        IPEndPoint endPoint = (IPEndPoint)server.EndPoints[0];
        await InParallel(client => Converse(endPoint, client, new Random(seed + client)));
        StopReport report = await server.StopAsync(now: false);
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, $"replay: {io} {threads} {shards} {seed}: {report.ToJson()}");
        Assert.AreEqual(0, server.Graph.LiveBlocks);
    }

    [TestMethod]
    [DataRow("uring", 1, 1)]
    [DataRow("uring", 3, 4)]
    [DataRow("epoll", 1, 1)]
    [DataRow("epoll", 3, 4)]
    [DataRow("sockets", 2, 2)]
    public async Task A_stop_loses_no_acknowledged_write_and_has_at_most_one_more_per_connection(string io, int threads, int shards)
    {
        using StoreServer server = Start(io, threads, shards);
        IPEndPoint endPoint = (IPEndPoint)server.EndPoints[0];
        long[] stored = new long[Clients];
        server.Graph.AddRelease("count", Stage.Journal, Upstreams.None, () => Count(server, stored));
        int[] acknowledged = new int[Clients];
        Task clients = InParallel(client => IncrementUntilClosed(endPoint, client, acknowledged));
        LineServer.Await(() => Array.TrueForAll(acknowledged, count => Volatile.Read(ref count) > 20), "load");
        StopReport report = await server.StopAsync(now: false);
        await clients;
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, report.ToJson());
        for (int client = 0; client < Clients; client++)
        {
            long surplus = stored[client] - acknowledged[client];
            Assert.IsTrue(surplus is 0 or 1, $"client {client}: {acknowledged[client]} acknowledged, {stored[client]} stored");
        }
    }

    [TestMethod]
    [DataRow("auto", "uring|epoll|sockets")]
    [DataRow("uring", "uring")]
    [DataRow("epoll", "epoll")]
    [DataRow("sockets", "sockets")]
    public async Task INFO_and_CONFIG_tell_the_engine_that_was_chosen(string io, string expected)
    {
        using StoreServer server = Start(io, 1, 1);
        using (LineClient client = new((IPEndPoint)server.EndPoints[0]))
        {
            client.Send("CONFIG GET io_engine\r\nINFO server\r\n");
            foreach (string line in (string[])["\\*2", "\\$9", "io_engine", "\\$[0-9]"])
                StringAssert.Matches(client.ReceiveLine().TrimEnd(), new Regex($"^{line}$"));
            string chosen = client.ReceiveLine().TrimEnd();
            StringAssert.Matches(chosen, new Regex($"^({expected})$"));
            while (client.ReceiveLine().TrimEnd() is var line && line != $"multiplexing_api:{chosen}")
                Assert.DoesNotContain("multiplexing_api", line);
        }

        await server.StopAsync(now: false);
    }

    private static StoreServer Start(string io, int threads, int shards)
    {
        EnginesHere.Require(io);
        ConfigStore config = new();
        string threadsText = threads.ToString(CultureInfo.InvariantCulture);
        string shardsText = shards.ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in new[]
        {
            ("port", "0"), ("bind", "127.0.0.1"), ("io_engine", io), ("proactor_threads", threadsText), ("num_shards", shardsText), ("checked_memory", "yes"), ("dbfilename", ""),
        })
        {
            Assert.IsNull(config.SetAtStart(StoreOptions.Find(name)!, value));
        }

        StoreServer server = StoreServer.Open(config, TimeProvider.System, NullLogger.Instance);
        server.Start();
        return server;
    }

    private static Task InParallel(Action<int> client) => Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Factory.StartNew(
        () => client(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).WaitAsync(LineServer.Patience);

    // Keys are the client's own, so that it knows every reply.
    private static void Converse(IPEndPoint endPoint, int client, Random random)
    {
        using LineClient connection = new(endPoint);
        int[] counters = new int[10];
        for (int round = 0; round < 40; round++)
        {
            StringBuilder requests = new();
            StringBuilder replies = new();
            for (int i = random.Next(1, 100); i > 0; i--)
                AddCommand(random, client, counters, requests, replies);
            byte[] bytes = Encoding.ASCII.GetBytes(requests.ToString());
            for (int at = 0; at < bytes.Length;)
                at += connection.Socket.Send(bytes, at, Math.Min(bytes.Length - at, random.Next(1, 3000)), SocketFlags.None);
            Assert.AreEqual(replies.ToString(), connection.ReceiveText(replies.Length), $"client {client}, round {round}");
        }
    }

    private static void AddCommand(Random random, int client, int[] counters, StringBuilder requests, StringBuilder replies)
    {
        int key = random.Next(counters.Length);
        switch (random.Next(6))
        {
            case 0:
                requests.Append("PING\r\n");
                replies.Append("+PONG\r\n");
                break;
            case 1:
                int other = (key + 1) % counters.Length;
                counters[key] = counters[other] = 1000;
                requests.Append(CultureInfo.InvariantCulture, $"MSET c{client}:{key} 1000 c{client}:{other} 1000\r\n");
                replies.Append("+OK\r\n");
                break;
            case 2:
                string value = new('v', random.Next(2000));
                requests.Append(CultureInfo.InvariantCulture, $"SET c{client}:text {value}x\r\nGET c{client}:text\r\n");
                replies.Append(CultureInfo.InvariantCulture, $"+OK\r\n${value.Length + 1}\r\n{value}x\r\n");
                break;
            default:
                requests.Append(CultureInfo.InvariantCulture, $"INCR c{client}:{key}\r\n");
                replies.Append(CultureInfo.InvariantCulture, $":{++counters[key]}\r\n");
                break;
        }
    }

    private static void IncrementUntilClosed(IPEndPoint endPoint, int client, int[] acknowledged)
    {
        using LineClient connection = new(endPoint);
        byte[] request = Encoding.ASCII.GetBytes($"INCR n{client}\r\n");
        byte[] reply = new byte[64];
        try
        {
            while (true)
            {
                connection.Socket.Send(request);
                int received = connection.Socket.Receive(reply);
                if (received == 0)
                    return;
                Assert.AreEqual((byte)'\n', reply[received - 1]);
                if (reply[0] == ':')
                    Interlocked.Increment(ref acknowledged[client]);
            }
        }
        catch (SocketException closed) when (closed.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
        }
    }

    private static void Count(StoreServer server, long[] stored)
    {
        using InProcessClient client = new(server.Engine);
        for (int i = 0; i < stored.Length; i++)
            stored[i] = long.Parse(client.Execute("GET", $"n{i}").Split("\r\n")[1], CultureInfo.InvariantCulture);
    }
}
