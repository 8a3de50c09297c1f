using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Protocol.Server.Io;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>What every I/O engine owes to connections, over loopback sockets.</summary>
public abstract class IoEngineContractTests
{
    private const int SlowReplyBytes = 1 << 20;

    private protected abstract IIoEngine MakeEngine(TimeProvider time);

    [TestMethod]
    public async Task A_line_is_answered_in_one_batch_and_one_send()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        client.Send("hello\n");
        Assert.AreEqual("hello", client.ReceiveLine());
        LineSession session = server.Sessions.Single();
        LineServer.Await(() => session.Sends == 1, "one send");
        Assert.AreEqual(1, session.Batches);
        Assert.AreEqual(client.Socket.LocalEndPoint!.ToString(), session.Peer.Address);
        Assert.AreEqual(server.Listener.EndPoints[0].ToString(), session.Peer.LocalAddress);
        Assert.AreEqual(6, server.Connections.BytesReceived);
        Assert.AreEqual(6, server.Connections.BytesSent);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(20260801)]
    public async Task Pipelines_split_anywhere_are_answered_in_order_whoever_runs_the_batches(int seed)
    {
        await using LineServer server = new(MakeEngine);
        Task[] clients = [.. Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () => Converse(server, new Random(seed + i)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(clients).WaitAsync(LineServer.Patience);
        server.AwaitCount(0);
        Assert.IsTrue(server.Sessions.All(session => session.IsClosed));
    }

    [TestMethod]
    public async Task Many_clients_of_one_thread_are_all_answered_whichever_it_waits_for()
    {
        const int Rounds = 300;
        await using LineServer server = new(MakeEngine);
        LineClient[] clients = [.. Enumerable.Range(0, 64).Select(_ => server.Connect())];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (LineClient client in clients)
            {
                if (round > 0)
                    Assert.AreEqual($"{round - 1}", client.ReceiveLine());
                client.Send($"{round}\n");
            }
        }

        foreach (LineClient client in clients)
        {
            Assert.AreEqual($"{Rounds - 1}", client.ReceiveLine());
            client.Dispose();
        }

        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task Large_payloads_pass_in_both_directions_at_once()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        byte[] line = Enumerable.Range(0, 1 << 20).Select(i => (byte)('a' + (i % 23))).Append((byte)'\n').ToArray();
        Task sending = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 5; i++)
                    client.Socket.Send(line);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int i = 0; i < 5; i++)
            Assert.IsTrue(line.AsSpan().SequenceEqual(client.Receive(line.Length)));
        await sending;
    }

    [TestMethod]
    public async Task A_slow_reader_holds_up_itself_alone_and_one_batch_of_memory()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient slow = server.Connect();
        byte[] request = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"big {SlowReplyBytes}\n", 1000)));
        slow.Socket.Blocking = false;
        SendUntilRefused(slow.Socket, request, server);
        LineSession session = server.Sessions.Single();
        Assert.IsTrue(session.OutputBytes <= LineSession.LinesPerBatchMax * SlowReplyBytes, $"{session.OutputBytes} bytes wait");

        using (LineClient other = server.Connect())
        {
            other.Send("quick\n");
            Assert.AreEqual("quick", other.ReceiveLine());
        }

        slow.Socket.Blocking = true;
        byte[] expected = Enumerable.Range(0, SlowReplyBytes).Select(i => (byte)('a' + (i % 26))).ToArray();
        for (int reply = 0; reply < 20; reply++)
            Assert.IsTrue(expected.AsSpan().SequenceEqual(slow.Receive(SlowReplyBytes)), $"reply {reply}");
    }

    [TestMethod]
    [DataRow("a\nb\nwait\nc\n", "a\nb\nback\nc\n")]
    [DataRow("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n")]
    [DataRow("whole\nhalf", "whole\n")]
    [DataRow("", "")]
    public async Task A_half_closed_client_gets_all_its_replies(string request, string replies)
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        client.Send(request);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.AreEqual(replies, client.ReceiveToEnd());
        server.AwaitCount(0);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("line\n")]
    [DataRow("part")]
    [DataRow("block\n")]
    [DataRow("big 50000000\n")]
    public async Task A_reset_ends_the_connection_in_every_state(string request)
    {
        await using LineServer server = new(MakeEngine);
        LineClient client = server.Connect();
        client.Send(request);
        LineServer.Await(() => server.Connections.BytesReceived == request.Length && server.Sessions.Count == 1, "the request arrived");
        client.Reset();
        LineSession session = server.Sessions.Single();
        LineServer.Await(() => session.IsClosed, "the session was told");
        session.ComeBack();
        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task A_blocked_client_that_goes_is_noticed_at_once_and_its_batch_may_still_come_back()
    {
        await using LineServer server = new(MakeEngine);
        LineClient client = server.Connect();
        client.Send("block\n");
        LineServer.Await(() => server.Sessions.SingleOrDefault()?.IsBlocked == true, "the session blocks");
        LineSession session = server.Sessions.Single();
        client.Dispose();
        LineServer.Await(() => session.IsClosed, "the session was told");
        Assert.AreEqual(1, server.Connections.Count, "the batch is away: the connection has not ended");
        session.ComeBack();
        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task A_blocked_client_that_stays_is_answered_and_goes_on()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        client.Send("block\nmore\n");
        LineServer.Await(() => server.Sessions.SingleOrDefault()?.IsBlocked == true, "the session blocks");
        client.Send("and more\n");
        server.Sessions.Single().ComeBack();
        Assert.AreEqual("back", client.ReceiveLine());
        Assert.AreEqual("more", client.ReceiveLine());
        Assert.AreEqual("and more", client.ReceiveLine());
    }

    [TestMethod]
    public async Task Any_thread_may_push_while_the_client_is_silent_or_within_a_request()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        LineServer.Await(() => server.Sessions.Count == 1, "the session is open");
        LineSession session = server.Sessions.Single();
        session.Push("first");
        Assert.AreEqual("first", client.ReceiveLine());
        client.Send("ha");
        LineServer.Await(() => server.Connections.BytesReceived == 2, "half a line arrived");
        session.Push("second");
        Assert.AreEqual("second", client.ReceiveLine());
        client.Send("lf\n");
        Assert.AreEqual("half", client.ReceiveLine());
    }

    [TestMethod]
    public async Task Two_hundred_connections_come_and_go()
    {
        await using LineServer server = new(MakeEngine);
        for (int round = 0; round < 3; round++)
        {
            LineClient[] clients = [.. Enumerable.Range(0, 200).Select(_ => server.Connect())];
            for (int i = 0; i < clients.Length; i++)
                clients[i].Send($"{i}\nwait\n");
            for (int i = 0; i < clients.Length; i++)
            {
                Assert.AreEqual(i.ToString(CultureInfo.InvariantCulture), clients[i].ReceiveLine());
                Assert.AreEqual("back", clients[i].ReceiveLine());
            }

            server.AwaitCount(200);
            foreach (LineClient client in clients)
                client.Dispose();
            server.AwaitCount(0);
        }

        Assert.AreEqual(600, server.Connections.Total);
        Assert.AreEqual(600, server.Sessions.Count(session => session.IsClosed));
    }

    [TestMethod]
    public async Task The_session_closes_after_its_last_words()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        client.Send("a\nclose\nnever\n");
        Assert.AreEqual("a\nclose\n", client.ReceiveToEnd());
        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task A_killed_connection_closes_at_once_also_while_it_is_blocked()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        client.Send("block\n");
        LineServer.Await(() => server.Sessions.SingleOrDefault()?.IsBlocked == true, "the session blocks");
        server.Sessions.Single().Kill();
        Assert.AreEqual("", client.ReceiveToEnd());
        server.Sessions.Single().ComeBack();
        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task A_bug_in_a_session_ends_its_connection_and_no_other()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient good = server.Connect();
        using LineClient bad = server.Connect();
        bad.Send("throw\n");
        Assert.AreEqual("", bad.ReceiveToEnd());
        server.AwaitCount(1);
        good.Send("well\n");
        Assert.AreEqual("well", good.ReceiveLine());
    }

    [TestMethod]
    public async Task A_stop_answers_what_has_begun_then_closes_every_connection()
    {
        await using LineServer server = new(MakeEngine);
        using LineClient idle = server.Connect();
        using LineClient blocked = server.Connect();
        blocked.Send("block\nnot begun\n");
        using LineClient away = server.Connect();
        away.Send("a\nhold\nnot begun\n");
        LineServer.Await(() => server.Sessions.Count(session => session.IsAway) == 2, "two sessions are away");
        Task stop = server.StopAsync();
        Assert.AreEqual("", idle.ReceiveToEnd());
        Assert.AreEqual("back\n", blocked.ReceiveToEnd());
        server.AwaitCount(1);
        Assert.IsFalse(stop.IsCompleted);
        LineSession last = server.Sessions.Single(session => session.IsAway);
        LineServer.Await(() => last.IsReleased, "the last one is told to stop");
        last.ComeBack();
        Assert.AreEqual("a\nback\n", away.ReceiveToEnd());
        await stop;
        Assert.AreEqual(0, server.Connections.Count);
        Assert.ThrowsExactly<SocketException>(() => server.Connect().Dispose());
    }

    [TestMethod]
    public async Task A_stop_under_load_gives_each_client_whole_answers_in_order_and_ends()
    {
        await using LineServer server = new(MakeEngine);
        Task<int>[] clients = [.. Enumerable.Range(0, 10).Select(_ => Task.Factory.StartNew(
            () => CountAnswersUntilClosed(server), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        LineServer.Await(() => server.Connections.BytesSent > 100_000, "load");
        await server.StopAsync();
        int[] answers = await Task.WhenAll(clients).WaitAsync(LineServer.Patience);
        Assert.IsTrue(answers.All(count => count > 0), string.Join(' ', answers));
    }

    [TestMethod]
    public async Task Too_many_clients_are_turned_away_with_Rediss_error_until_one_leaves()
    {
        await using LineServer server = new(MakeEngine, ("maxclients", "2"));
        using LineClient first = server.Connect();
        LineClient second = server.Connect();
        server.AwaitCount(2);
        using (LineClient third = server.Connect())
            Assert.AreEqual("-ERR max number of clients reached\r\n", third.ReceiveToEnd());
        Assert.AreEqual(1, server.Connections.Refused);
        second.Dispose();
        server.AwaitCount(1);
        using LineClient fourth = server.Connect();
        fourth.Send("in\n");
        Assert.AreEqual("in", fourth.ReceiveLine());
    }

    [TestMethod]
    public async Task Output_beyond_the_hard_limit_closes_the_connection()
    {
        await using LineServer server = new(MakeEngine, ("client_output_buffer_limit", "normal 5mb 0 0"));
        using LineClient client = server.Connect();
        client.Send("big 20000000\n");
        server.AwaitCount(0);
    }

    [TestMethod]
    public async Task Output_beyond_the_soft_limit_for_too_long_closes_the_connection()
    {
        await using LineServer server = new(MakeEngine, ("client_output_buffer_limit", "normal 0 1mb 5"));
        using LineClient client = server.Connect();
        client.Send("big 20000000\n");
        LineServer.Await(() => server.Sessions.SingleOrDefault()?.OutputBytes > 0 && server.Connections.BytesSent > 0, "output waits");
        server.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.AreEqual(1, server.Connections.Count);
        // The time counts from when the socket was full, which may be only now.
        LineServer.Await(
            () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                return server.Connections.Count == 0;
            },
            "the connection closes");
    }

    [TestMethod]
    public async Task Input_beyond_the_limit_closes_the_connection()
    {
        await using LineServer server = new(MakeEngine, ("client_query_buffer_limit", "1mb"));
        using LineClient client = server.Connect();
        client.Socket.Blocking = false;
        byte[] noLine = new byte[100_000];
        server.AwaitCount(1);
        LineServer.Await(
            () =>
            {
                TrySend(client.Socket, noLine);
                return server.Connections.Count == 0;
            },
            "the connection closes");
        Assert.IsTrue(server.Connections.BytesReceived > 1 << 20);
    }

    [TestMethod]
    public async Task An_idle_client_is_disconnected_and_an_active_or_blocked_one_is_not()
    {
        await using LineServer server = new(MakeEngine, ("timeout", "10"));
        using LineClient idle = server.Connect();
        using LineClient blocked = server.Connect();
        blocked.Send("block\n");
        LineServer.Await(() => server.Sessions.Any(session => session.IsBlocked), "a session blocks");
        using LineClient active = server.Connect();
        for (int second = 0; second < 13; second++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            active.Send("tick\n");
            Assert.AreEqual("tick", active.ReceiveLine());
        }

        Assert.AreEqual("", idle.ReceiveToEnd());
        server.AwaitCount(2);
    }

    [TestMethod]
    public async Task The_path_of_a_request_allocates_nothing()
    {
        const int Requests = 1000;
        await using LineServer server = new(MakeEngine);
        using LineClient client = server.Connect();
        Exchange(client, Requests);
        // Other threads of the process allocate too, now and then: the best of some tries counts.
        long allocated = Enumerable.Range(0, 5).Min(_ => Exchange(client, Requests));
        Assert.IsTrue(allocated < Requests, $"{allocated} bytes for {Requests} requests");
    }

    // Bytes allocated by the whole process meanwhile.
    private static long Exchange(LineClient client, int requests)
    {
        byte[] request = "a line\nanother\n"u8.ToArray();
        byte[] reply = new byte[request.Length];
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < requests; i++)
        {
            client.Socket.Send(request);
            for (int at = 0; at < reply.Length;)
                at += client.Socket.Receive(reply.AsSpan(at));
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        CollectionAssert.AreEqual(request, reply);
        return allocated;
    }

    private static void Converse(LineServer server, Random random)
    {
        using LineClient client = server.Connect();
        for (int round = 0; round < 15; round++)
        {
            StringBuilder requests = new();
            StringBuilder replies = new();
            for (int i = random.Next(1, 60); i > 0; i--)
                AddLine(random, requests, replies);
            byte[] bytes = Encoding.ASCII.GetBytes(requests.ToString());
            for (int at = 0; at < bytes.Length;)
                at += client.Socket.Send(bytes, at, Math.Min(bytes.Length - at, random.Next(1, 200)), SocketFlags.None);
            Assert.AreEqual(replies.ToString(), client.ReceiveText(replies.Length));
        }
    }

    private static void AddLine(Random random, StringBuilder requests, StringBuilder replies)
    {
        string line = random.Next(10) switch
        {
            0 => "wait\n",
            1 => new string('x', random.Next(5000)) + "\n",
            _ => $"line {random.Next()}\n",
        };
        requests.Append(line);
        replies.Append(line == "wait\n" ? "back\n" : line);
    }

    private static int CountAnswersUntilClosed(LineServer server)
    {
        using LineClient client = server.Connect();
        int answered = 0;
        try
        {
            for (int next = 0; ; next += 20)
            {
                client.Send(string.Concat(Enumerable.Range(next, 20).Select(i => $"{i}\n")));
                for (int i = 0; i < 20; i++, answered++)
                    Assert.AreEqual(answered.ToString(CultureInfo.InvariantCulture), client.ReceiveLine());
            }
        }
        catch (Exception closed) when (closed is SocketException || closed.Message.Contains("closed within a line", StringComparison.Ordinal))
        {
            return answered;
        }
    }

    // The socket is full, and stays full although the server had time to read.
    private static void SendUntilRefused(Socket socket, byte[] request, LineServer server)
    {
        socket.Send(request, SocketFlags.None, out _);
        LineServer.Await(() => server.Sessions.SingleOrDefault()?.OutputBytes > 0, "the first batch is answered");
        long received = -1;
        while (received != server.Connections.BytesReceived)
        {
            received = server.Connections.BytesReceived;
            while (TrySend(socket, request))
                continue;
            Thread.Sleep(100);
        }
    }

    private static bool TrySend(Socket socket, byte[] bytes) => socket.Send(bytes, SocketFlags.None, out _) == bytes.Length;
}
