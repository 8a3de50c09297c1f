using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Tests.Support;

/// <summary>What the proxy promises, seen from both ends of its links.</summary>
[TestClass]
public sealed class FaultProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Long enough for bytes to come if any are let through; that none come within it is a control, that they come later is the proof.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Bytes_pass_both_ways_as_they_are(int seed)
    {
        await using Ends ends = await Ends.OpenAsync();
        Random random = new(seed);
        byte[] there = new byte[3_000_000];
        byte[] back = new byte[1_000_000];
        random.NextBytes(there);
        random.NextBytes(back);
        Task sending = Task.WhenAll(SendAsync(ends.Client, there, seed), SendAsync(ends.Server, back, seed + 1));
        CollectionAssert.AreEqual(there, await ReceiveAsync(ends.Server, there.Length));
        CollectionAssert.AreEqual(back, await ReceiveAsync(ends.Client, back.Length));
        await sending;
        Assert.AreEqual(there.Length, ends.Proxy.PassedBytes);
    }

    [TestMethod]
    public async Task An_end_of_either_side_passes_and_the_other_direction_goes_on()
    {
        await using Ends ends = await Ends.OpenAsync();
        await ends.Client.SendAsync("last"u8.ToArray());
        ends.Client.Shutdown(SocketShutdown.Send);
        Assert.AreEqual(4, (await ReceiveAsync(ends.Server, 4)).Length);
        Assert.AreEqual(0, await ReadAsync(ends.Server));
        await ends.Server.SendAsync("answer"u8.ToArray());
        Assert.AreEqual(6, (await ReceiveAsync(ends.Client, 6)).Length);
        ends.Server.Shutdown(SocketShutdown.Send);
        Assert.AreEqual(0, await ReadAsync(ends.Client));
        await ends.UntilClosedAsync();
    }

    [TestMethod]
    public async Task Cut_both_ends_read_an_end()
    {
        await using Ends ends = await Ends.OpenAsync();
        ends.Proxy.Cut();
        Assert.AreEqual(0, await ReadAsync(ends.Client));
        Assert.AreEqual(0, await ReadAsync(ends.Server));
        await ends.UntilClosedAsync();
    }

    [TestMethod]
    [DataRow("all")]
    [DataRow("one")]
    [DataRow("by the target")]
    public async Task Reset_both_ends_see_it(string what)
    {
        await using Ends ends = await Ends.OpenAsync();
        if (what == "all")
        {
            ends.Proxy.Reset();
        }
        else if (what == "one")
        {
            ends.Proxy.ResetOne(7);
        }
        else
        {
            ends.Server.LingerState = new LingerOption(true, 0);
            ends.Server.Dispose();
        }

        Assert.AreEqual(SocketError.ConnectionReset, await BreakOfAsync(ends.Client));
        if (what != "by the target")
            Assert.AreEqual(SocketError.ConnectionReset, await BreakOfAsync(ends.Server));
        await ends.UntilClosedAsync();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Half_closed_one_end_reads_an_end_and_the_other_direction_goes_on(bool targetReadsEnd)
    {
        await using Ends ends = await Ends.OpenAsync();
        (Socket ended, Socket other) = targetReadsEnd ? (ends.Server, ends.Client) : (ends.Client, ends.Server);
        ends.Proxy.HalfClose(0, targetReadsEnd);
        Assert.AreEqual(0, await ReadAsync(ended));
        await other.SendAsync("lost"u8.ToArray());
        await ended.SendAsync("comes"u8.ToArray());
        Assert.AreEqual(5, (await ReceiveAsync(other, 5)).Length);
        Assert.AreEqual(1, ends.Proxy.Open);
    }

    [TestMethod]
    public async Task Stalled_nothing_passes_and_then_all_of_it()
    {
        await using Ends ends = await Ends.OpenAsync();
        ends.Proxy.Stall();
        byte[] bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        Task sending = SendAsync(ends.Client, bytes, 3);
        Task<byte[]> received = ReceiveAsync(ends.Server, bytes.Length);
        await Task.Delay(Moment);
        Assert.AreEqual(0, ends.Proxy.PassedBytes);
        ends.Proxy.GoOn();
        CollectionAssert.AreEqual(bytes, await received);
        await sending;
    }

    [TestMethod]
    public async Task A_stalled_link_can_be_cut_and_a_new_one_waits()
    {
        await using Ends ends = await Ends.OpenAsync();
        ends.Proxy.Stall();
        ends.Proxy.Cut();
        Assert.AreEqual(0, await ReadAsync(ends.Client));
        using Socket late = await Ends.ConnectAsync(ends.Proxy.EndPoint);
        await late.SendAsync("x"u8.ToArray());
        using Socket accepted = await ends.AcceptAsync();
        Task<byte[]> received = ReceiveAsync(accepted, 1);
        await Task.Delay(Moment);
        Assert.IsFalse(received.IsCompleted);
        ends.Proxy.GoOn();
        await received;
    }

    [TestMethod]
    public async Task Slow_it_passes_as_much_as_the_clock_allows()
    {
        ManualTimeProvider time = new();
        await using Ends ends = await Ends.OpenAsync(time);
        ends.Proxy.BytesPerSecond = 1000;
        await ends.Client.SendAsync(new byte[100]);
        for (int passed = 10; passed < 100; passed += 10)
        {
            await time.WhenArmedAsync(1).WaitAsync(Patience);
            Assert.AreEqual(passed, ends.Proxy.PassedBytes);
            time.Advance(TimeSpan.FromMilliseconds(9));
            Assert.AreEqual(passed, ends.Proxy.PassedBytes);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.AreEqual(100, (await ReceiveAsync(ends.Server, 100)).Length);
    }

    [TestMethod]
    public async Task Refusing_it_resets_new_links_and_without_a_target_too()
    {
        await using Ends ends = await Ends.OpenAsync();
        ends.Proxy.Refuses = true;
        Assert.AreEqual(SocketError.ConnectionReset, await BreakOfNewAsync(ends.Proxy.EndPoint));
        ends.Proxy.Refuses = false;
        using (Socket nobody = new(SocketType.Stream, ProtocolType.Tcp))
        {
            nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            ends.Proxy.Target = (IPEndPoint)nobody.LocalEndPoint!;
            Assert.AreEqual(SocketError.ConnectionReset, await BreakOfNewAsync(ends.Proxy.EndPoint));
        }

        await ends.Client.SendAsync("x"u8.ToArray());
        Assert.AreEqual(1, (await ReceiveAsync(ends.Server, 1)).Length, "the link that was open goes on");
    }

    private static async Task SendAsync(Socket socket, byte[] bytes, int seed)
    {
        Random random = new(seed);
        for (int sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent, Math.Min(bytes.Length - sent, random.Next(1, 60_000))));
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int some = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(Patience);
            Assert.AreNotEqual(0, some, "an end");
            received += some;
        }

        return bytes;
    }

    private static Task<int> ReadAsync(Socket socket) => socket.ReceiveAsync(new byte[1].AsMemory()).AsTask().WaitAsync(Patience);

    private static async Task<SocketError> BreakOfAsync(Socket socket)
        => (await Assert.ThrowsExactlyAsync<SocketException>(() => ReadAsync(socket))).SocketErrorCode;

    // The reset may come while it connects.
    private static async Task<SocketError> BreakOfNewAsync(IPEndPoint endPoint) => (await Assert.ThrowsExactlyAsync<SocketException>(async () =>
    {
        using Socket socket = await Ends.ConnectAsync(endPoint);
        await ReadAsync(socket);
    })).SocketErrorCode;

    /// <summary>A link through the proxy, with both of its ends in the test's hands.</summary>
    private sealed class Ends : IAsyncDisposable
    {
        private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

        private Ends(TimeProvider? time)
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            Proxy = new FaultProxy((IPEndPoint)_listener.LocalEndPoint!, time);
        }

        public FaultProxy Proxy { get; }

        public Socket Client { get; private set; } = null!;

        public Socket Server { get; private set; } = null!;

        public static async Task<Ends> OpenAsync(TimeProvider? time = null)
        {
            Ends ends = new(time);
            ends.Client = await ConnectAsync(ends.Proxy.EndPoint);
            ends.Server = await ends.AcceptAsync();
            return ends;
        }

        public static async Task<Socket> ConnectAsync(IPEndPoint endPoint)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endPoint).WaitAsync(Patience);
            return socket;
        }

        public Task<Socket> AcceptAsync() => _listener.AcceptAsync().WaitAsync(Patience);

        public Task UntilClosedAsync() => Eventually.IsSoAsync(() => Proxy.Open == 0, () => "the link stays open");

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            Server.Dispose();
            await Proxy.DisposeAsync();
            Assert.AreEqual(0, Proxy.Open);
            _listener.Dispose();
        }
    }
}
