using System.Net;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Tests.Pipeline.Walks;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>What engines with threads of their own owe besides.</summary>
public abstract class LoopEngineContractTests : IoEngineContractTests
{
    private protected abstract IIoEngine MakeEngine(TimeProvider time, Func<int, IdleSlice>? idle);

    private protected override IIoEngine MakeEngine(TimeProvider time) => MakeEngine(time, idle: null);

    [TestMethod]
    public async Task Between_requests_a_walk_goes_on_in_time_that_the_thread_would_sleep()
    {
        using InProcessClient store = new();
        ShardBlock shard = store.Engine.Shards[0];
        for (int i = 0; i < 5000; i++)
            store.Line($"SET key{i} value");
        CollectingConsumer consumer = new() { UsesIdleTime = true };
        await using LineServer server = new(time => MakeEngine(time, thread => new IdleSlice(store.Engine.Shards, thread)));
        using LineClient client = server.Connect();
        Assert.IsTrue(shard.Post(new ShardAction(_ => ShardWalks.Register(shard, "test", consumer))));
        for (int i = 0; shard.IsWalked; i++)
        {
            Assert.IsLessThan(10_000, i, "each request is followed by a slice at least");
            client.Send($"{i}\n");
            Assert.AreEqual($"{i}", client.ReceiveLine());
        }

        CollectionAssert.AreEquivalent(CollectingConsumer.StateOf(shard.Keyspace), consumer.Records);
    }

    [TestMethod]
    public async Task Messages_that_several_clients_have_for_one_go_out_with_one_send()
    {
        const int Tellers = 40;
        await using LineServer server = new(MakeEngine);
        (LineClient listener, LineSession listening) = Open(server);
        (LineClient halter, LineSession halting) = Open(server);
        LineClient[] tellers = new LineClient[Tellers];
        for (int i = 0; i < Tellers; i++)
        {
            (tellers[i], LineSession telling) = Open(server);
            telling.Told = listening.Push;
        }

        LineServer.Await(() => listening.Sends == 2, "its own lines are answered");

        // While the loop's thread stands, all they send comes to be one round of events.
        halter.Send("halt\n");
        LineServer.Await(() => halting.IsHalted, "the loop stands");
        for (int i = 0; i < Tellers; i++)
            tellers[i].Send($"tell {i}\ntell {i} again\n{i}\n");
        LineServer.Await(() => tellers.All(HasArrived), "what they sent is at the server's sockets");
        halting.Gate.Set();

        List<string> lines = [.. Enumerable.Range(0, 2 * Tellers).Select(_ => listener.ReceiveLine())];
        for (int i = 0; i < Tellers; i++)
        {
            Assert.AreEqual(lines.IndexOf($"{i}") + 1, lines.IndexOf($"{i} again"), string.Join(' ', lines));
            Assert.AreEqual($"{i}", tellers[i].ReceiveLine());
            tellers[i].Dispose();
        }

        LineServer.Await(() => listening.Sends > 2, "the send is over");
        Assert.AreEqual(3, listening.Sends);
        listener.Dispose();
        halter.Dispose();
    }

    // Lines of the kernel's table: number, local address, remote address, state, bytes to send:bytes received and not read.
    private static bool HasArrived(LineClient client)
    {
        string remote = $":{((IPEndPoint)client.Socket.LocalEndPoint!).Port:X4}";
        return File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(words => words[2].EndsWith(remote, StringComparison.Ordinal) && !words[4].EndsWith(":00000000", StringComparison.Ordinal));
    }

    // A connection's first turn runs where it was accepted, and may answer there; what comes after that is the loop's.
    private static (LineClient Client, LineSession Session) Open(LineServer server)
    {
        LineClient client = server.Connect();
        foreach (string line in (string[])["first", "second"])
        {
            client.Send(line + "\n");
            Assert.AreEqual(line, client.ReceiveLine());
        }

        string address = client.Socket.LocalEndPoint!.ToString()!;
        return (client, server.Sessions.Single(session => session.Peer.Address == address));
    }
}
