using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Server.Io.Sockets;
using DragonflyFlow.Protocol.Server.Listeners;
using DragonflyFlow.Tests.Protocol.Server.Io;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Protocol.Server.Listeners;

[TestClass]
public sealed class ListenerTests : IDisposable
{
    private const string DeniedStart = "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.";

    private readonly string _directory = Directory.CreateTempSubdirectory("dflow").FullName;

    private string SocketPath => Path.Combine(_directory, "store.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public async Task Every_address_is_served_on_the_same_port()
    {
        await using LineServer server = Make(("bind", "127.0.0.1 -::1"));
        int port = ((IPEndPoint)server.Listener.EndPoints[0]).Port;
        foreach (EndPoint endPoint in server.Listener.EndPoints)
        {
            Assert.AreEqual(port, ((IPEndPoint)endPoint).Port);
            AssertServes(server, endPoint);
        }
    }

    [TestMethod]
    public async Task An_address_that_may_be_missing_is_left_out()
    {
        await using LineServer server = Make(("bind", "-192.0.2.250 127.0.0.1"));
        Assert.AreEqual(1, server.Listener.EndPoints.Count);
        AssertServes(server, server.Listener.EndPoints[0]);
    }

    [TestMethod]
    public async Task A_unix_socket_has_its_permissions_and_is_removed_at_the_end()
    {
        await using (LineServer server = Make(("port", "-1"), ("unixsocket", SocketPath), ("unixsocketperm", "700")))
        {
            AssertServes(server, new UnixDomainSocketEndPoint(SocketPath));
            if (!OperatingSystem.IsWindows())
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(SocketPath));
            Assert.AreEqual($"{SocketPath}:0", server.Sessions.First().Peer.Address);
            Assert.AreEqual($"{SocketPath}:0", server.Sessions.First().Peer.LocalAddress);
        }

        Assert.IsFalse(File.Exists(SocketPath));
    }

    [TestMethod]
    public async Task A_unix_socket_that_a_dead_server_left_is_replaced()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + "2"));
            File.Move(SocketPath + "2", SocketPath);
        }

        Assert.IsTrue(File.Exists(SocketPath));
        await using LineServer server = Make(("port", "-1"), ("unixsocket", SocketPath));
        AssertServes(server, new UnixDomainSocketEndPoint(SocketPath));
    }

    [TestMethod]
    public async Task What_is_in_use_is_not_taken_and_says_so_in_one_line()
    {
        await using LineServer first = Make(("unixsocket", SocketPath));
        int port = ((IPEndPoint)first.Listener.EndPoints[0]).Port;
        string text = $"{port}";
        AssertFails($"cannot listen on 127.0.0.1:{port}: ", ("port", text), ("bind", "127.0.0.1"));
        AssertFails($"cannot listen on unix socket {SocketPath}: another server listens there", ("port", "-1"), ("unixsocket", SocketPath));
        AssertServes(first, new UnixDomainSocketEndPoint(SocketPath));
        string file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "precious");
        AssertFails($"cannot listen on unix socket {file}: the path is taken by something else", ("port", "-1"), ("unixsocket", file));
        Assert.AreEqual("precious", await File.ReadAllTextAsync(file));
    }

    [TestMethod]
    public void What_cannot_be_listened_on_says_so_in_one_line()
    {
        AssertFails("cannot listen on 192.0.2.250:0: ", ("port", "0"), ("bind", "192.0.2.250"));
        AssertFails("bind address '999.1.1.1' is neither an IP address nor a known host", ("port", "0"), ("bind", "999.1.1.1"));
        AssertFails("nothing to listen on: ", ("port", "-1"));
        AssertFails("nothing to listen on: ", ("port", "0"), ("bind", "-192.0.2.250"));
        AssertFails("cannot listen on unix socket ", ("port", "-1"), ("unixsocket", Path.Combine(_directory, "no", "such", "dir")));
        AssertFails("cannot listen on unix socket ", ("port", "-1"), ("unixsocket", Path.Combine(_directory, new string('x', 200))));
    }

    [TestMethod]
    public async Task Protected_mode_denies_strangers_with_Rediss_words_until_there_is_a_password()
    {
        IPAddress own = OwnAddress();
        await using LineServer server = Make(("bind", "*"));
        IPEndPoint outside = new(own, ((IPEndPoint)server.Listener.EndPoints[0]).Port);
        using (LineClient stranger = server.Connect(outside))
        {
            string denied = stranger.ReceiveToEnd();
            StringAssert.StartsWith(denied, DeniedStart);
            StringAssert.EndsWith(denied, "connections from the outside.\r\n");
        }

        AssertServes(server, new IPEndPoint(IPAddress.Loopback, outside.Port));
        server.Config.Set([new("requirepass", "secret")]);
        AssertServes(server, outside);
        server.Config.Set([new("requirepass", ""), new("protected-mode", "no")]);
        AssertServes(server, outside);
    }

    private static IPAddress OwnAddress()
    {
        IPAddress? own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (own is null)
            Assert.Inconclusive("this machine has no address but loopback");
        return own!;
    }

    private static LineServer Make(params (string Name, string Value)[] options) => new(_ => new SocketEngine(), options);

    private static void AssertServes(LineServer server, EndPoint endPoint)
    {
        using LineClient client = server.Connect(endPoint);
        client.Send("here\n");
        Assert.AreEqual("here", client.ReceiveLine());
    }

    private static void AssertFails(string messageStart, params (string Name, string Value)[] options)
    {
        ConfigStore config = new();
        foreach ((string name, string value) in options)
            Assert.IsNull(config.SetAtStart(StoreOptions.Find(name)!, value));
        string message = Assert.ThrowsExactly<ListenException>(() => Listener.Open(config, TimeProvider.System, NullLogger.Instance)).Message;
        StringAssert.StartsWith(message, messageStart);
        Assert.IsFalse(message.Contains('\n'));
    }
}
