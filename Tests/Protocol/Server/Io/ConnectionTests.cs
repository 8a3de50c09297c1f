using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>What a turn asks of the transport, call by call.</summary>
[TestClass]
public sealed class ConnectionTests : IDisposable
{
    private readonly ConnectionLimits _limits;
    private readonly ConnectionSet _set;
    private readonly ScriptedTransport _transport = new();
    private readonly Connection _connection;
    private readonly LineSession _session;

    public ConnectionTests()
    {
        _limits = new ConnectionLimits(new ConfigStore());
        _set = new ConnectionSet(_limits, new ManualTimeProvider(), NullLogger.Instance);
        Assert.IsTrue(_set.TryAdd(out Connection? connection, out _));
        _connection = connection!;
        _session = new LineSession(_connection, default);
        _connection.Compose(_session);
    }

    public void Dispose()
    {
        _set.Dispose();
        _limits.Dispose();
    }

    [TestMethod]
    public void A_batch_costs_one_receive_and_one_send()
    {
        _transport.Arrives("a\nb\n");
        _connection.Begin(_transport);
        AssertCalls("receive", "send");
        _transport.Arrives("c\n");
        _connection.Signal(ConnectionSignals.Readable);
        AssertCalls("receive", "send");
        Assert.AreEqual("a\nb\nc\n", _transport.Sent.ToString());
    }

    [TestMethod]
    public void A_receive_that_fills_its_space_or_cannot_tell_is_repeated()
    {
        _transport.Arrives(new string('x', InputBuffer.InitialBytes));
        _connection.Begin(_transport);
        AssertCalls("receive", "receive");
        _transport.ShortReceiveDrains = false;
        _transport.Arrives("\n");
        _connection.Signal(ConnectionSignals.Readable);
        AssertCalls("receive", "send", "receive");
    }

    [TestMethod]
    public void While_output_waits_nothing_is_received_and_the_rest_is_sent_once()
    {
        _transport.SendSpace = 3;
        _transport.Arrives("abcdef\n");
        _transport.Arrives("more\n");
        _connection.Begin(_transport);
        AssertCalls("receive", "send", "watch writable");
        _connection.Signal(ConnectionSignals.Readable);
        _connection.Resume();
        AssertCalls();
        _transport.SendSpace = 100;
        _connection.Signal(ConnectionSignals.Writable);
        Assert.AreEqual("abcdef\nmore\n", _transport.Sent.ToString());
    }

    [TestMethod]
    public void A_receive_that_is_begun_ahead_is_looked_at_when_the_send_is_over()
    {
        _transport.ShortReceiveDrains = false;
        _transport.ReceivesAhead = true;
        _transport.SendSpace = 0;
        _transport.Arrives("a\n");
        _connection.Begin(_transport);
        AssertCalls("receive", "send", "watch writable", "receive ahead");
        _transport.Arrives("b\n");
        _connection.Signal(ConnectionSignals.Readable);
        AssertCalls();
        _transport.SendSpace = 100;
        _connection.Signal(ConnectionSignals.Writable);
        AssertCalls("send", "receive", "send", "receive");
        Assert.AreEqual("a\nb\n", _transport.Sent.ToString());
    }

    [TestMethod]
    public void A_blocked_client_that_is_killed_asks_its_closed_socket_for_nothing()
    {
        _transport.ShortReceiveDrains = false;
        _transport.Arrives("block\n");
        _connection.Begin(_transport);
        AssertCalls("receive", "watch peer");
        _connection.Kill("test");
        AssertCalls("close");
    }

    [TestMethod]
    public void A_long_pipeline_gives_others_their_turn_and_goes_on_after_them()
    {
        int lines = (8 * LineSession.LinesPerBatchMax) + 1;
        _transport.Arrives(string.Concat(Enumerable.Repeat("l\n", lines)));
        _connection.Begin(_transport);
        Assert.AreEqual("yield", _transport.Calls[^1]);
        Assert.AreEqual(8 * LineSession.LinesPerBatchMax * 2, _transport.Sent.Length);
        _connection.Signal(ConnectionSignals.Yielded);
        Assert.AreEqual(lines * 2, _transport.Sent.Length);
    }

    [TestMethod]
    public void Signals_that_come_before_the_beginning_are_kept()
    {
        _connection.Signal(ConnectionSignals.Finish);
        Assert.AreEqual(1, _set.Count);
        _connection.Begin(_transport);
        AssertCalls("close", "dispose");
        Assert.AreEqual(0, _set.Count);
    }

    [TestMethod]
    public void Buffers_are_given_back_only_when_no_operation_uses_them()
    {
        _connection.Begin(_transport);
        _transport.Calls.Clear();
        _transport.IsBusy = true;
        _connection.Kill("test");
        AssertCalls("close");
        Assert.IsFalse(_session.IsClosed);
        Assert.AreEqual(1, _set.Count);
        _transport.IsBusy = false;
        _connection.Signal(ConnectionSignals.Readable);
        AssertCalls("dispose");
        Assert.IsTrue(_session.IsClosed);
        Assert.AreEqual(0, _set.Count);
        Assert.IsTrue(_connection.Completion.IsCompletedSuccessfully);
    }

    [TestMethod]
    public void Buffers_are_given_back_only_when_no_batch_uses_them()
    {
        _transport.Arrives("hold\n");
        _connection.Begin(_transport);
        _transport.Calls.Clear();
        _connection.Kill("test");
        AssertCalls("close");
        Assert.IsTrue(_session.IsClosed);
        Assert.AreEqual(1, _set.Count);
        _session.ComeBack();
        AssertCalls("dispose");
        Assert.AreEqual(0, _set.Count);
    }

    [TestMethod]
    public void Turns_that_are_asked_for_within_a_turn_run_after_it()
    {
        const int Length = 5000;
        Chain chain = new(_set);
        Chain first = chain;
        for (int i = 1; i < Length; i++)
            chain = chain.Next = new Chain(_set);
        first.Connection.Resume();
        Assert.IsTrue(chain.HasRun);
        Assert.AreEqual(1, Chain.DepthMax);
    }

    private void AssertCalls(params string[] calls)
    {
        CollectionAssert.AreEqual(calls, _transport.Calls);
        _transport.Calls.Clear();
    }

    /// <summary>A session that resumes the next one, as one that ends another's batch does.</summary>
    private sealed class Chain : ISession
    {
        private static int _depth;

        public Chain(ConnectionSet set)
        {
            Assert.IsTrue(set.TryAdd(out Connection? connection, out _));
            Connection = connection!;
            Connection.Compose(this);
            Connection.Begin(new ScriptedTransport());
        }

        public static int DepthMax { get; private set; }

        public Connection Connection { get; }

        public Chain? Next { get; set; }

        public bool HasRun { get; private set; }

        public bool IsBlocked => false;

        public ReadOnlyMemory<byte> Output => default;

        public SessionProgress Advance(InputBuffer input)
        {
            DepthMax = Math.Max(DepthMax, ++_depth);
            Next?.Connection.Resume();
            HasRun = true;
            _depth--;
            return SessionProgress.NeedInput;
        }

        public void OutputSent()
        {
        }

        public void Release()
        {
        }

        public void Closed()
        {
        }
    }
}
