using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Protocol.Server.Io;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Hosting;

[TestClass]
public sealed partial class ServerProcessTests
{
    private const int BigReplyBytes = 60_000_000;

    [TestMethod]
    [DataRow("TERM", "uring")]
    [DataRow("TERM", "epoll")]
    [DataRow("INT", "epoll")]
    [DataRow("TERM", "sockets")]
    public void A_signal_stops_it_in_order_with_exit_code_0_and_one_line_per_stage(string signal, string io)
    {
        EnginesHere.Require(io);
        using ServerUnderTest server = ServerUnderTest.Start("--io_engine", io);
        using LineClient client = server.Connect();
        client.Send("SET key value\r\nGET key\r\n");
        Assert.AreEqual("+OK\r\n$5\r\nvalue\r\n", client.ReceiveText(16));
        server.Signal(signal);
        Assert.AreEqual("", client.ReceiveToEnd());
        Assert.AreEqual(0, server.AwaitExit());
        string[] stages = [.. server.Output.Select(line => StageLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        CollectionAssert.AreEqual(new[] { "Listener", "Sessions", "Router", "ShardIntake", "Drivers", "FinalSnapshot", "ShardExecutors", "Memory" }, stages);
        server.AwaitLine($"stop requested: SIG{signal}");
        server.AwaitLine("Clean, 0 live blocks");
        Assert.IsTrue(server.Output.All(line => LogLine().IsMatch(line)), string.Join('\n', server.Output));
        Assert.AreEqual("", string.Join('\n', server.Errors));
    }

    [TestMethod]
    [DataRow("SHUTDOWN NOSAVE")]
    [DataRow("SHUTDOWN NOSAVE NOW")]
    public void The_command_shutdown_stops_it_with_exit_code_0(string command)
    {
        using ServerUnderTest server = ServerUnderTest.Start();
        using LineClient client = server.Connect();
        client.Send(command + "\r\n");
        Assert.AreEqual("", client.ReceiveToEnd());
        Assert.AreEqual(0, server.AwaitExit());
        server.AwaitLine("stop requested: SHUTDOWN by client ");
    }

    [TestMethod]
    public void A_second_signal_ends_it_at_once()
    {
        using ServerUnderTest server = ServerUnderTest.Start("--shutdown_stage_deadline_ms", "600000", "--shutdown_timeout", "600");
        using LineClient client = ConnectAndHoldUpAStop(server);
        server.Signal("TERM");
        server.AwaitLine("stage Listener stopped");
        server.Signal("TERM");
        Assert.AreEqual(143, server.AwaitExit());
        StringAssert.Contains(string.Join('\n', server.Errors), "ended by a second signal (SIGTERM)");
    }

    [TestMethod]
    public void A_client_that_does_not_read_holds_up_the_stop_no_longer_than_its_stages_deadline()
    {
        using ServerUnderTest server = ServerUnderTest.Start("--shutdown_stage_deadline_ms", "200");
        using LineClient client = ConnectAndHoldUpAStop(server);
        server.Signal("TERM");
        Assert.AreEqual(1, server.AwaitExit());
        server.AwaitLine("block sessions did not stop in order: TimedOut");
        server.AwaitLine("TimedOut, 0 live blocks");
    }

    [TestMethod]
    public void A_hangup_of_the_terminal_is_ignored()
    {
        using ServerUnderTest server = ServerUnderTest.Start();
        server.Signal("HUP");
        server.AwaitLine("SIGHUP ignored");
        using LineClient client = server.Connect();
        client.Send("PING\r\n");
        Assert.AreEqual("+PONG\r\n", client.ReceiveText(7));
    }

    [TestMethod]
    public void A_taken_port_ends_the_start_with_1_and_one_line()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        AssertFailsToStart(1, $"dragonflyflow: cannot listen on 127.0.0.1:{port}: Address already in use", "--port", $"{port}", "--bind", "127.0.0.1");
    }

    [TestMethod]
    public void A_bad_bind_address_ends_the_start_with_1_and_one_line() =>
        AssertFailsToStart(1, "dragonflyflow: bind address '999.1.1.1' is neither an IP address nor a known host", "--port", "0", "--bind", "999.1.1.1");

    [TestMethod]
    public void A_missing_directory_ends_the_start_with_1_and_one_line() =>
        AssertFailsToStart(1, "dragonflyflow: dir '/no/such/dir' is not a directory", "--port", "0", "--dir", "/no/such/dir");

    [TestMethod]
    public void A_file_of_users_that_cannot_be_read_ends_the_start_with_1_and_one_line() => AssertFailsToStart(
        1, "dragonflyflow: Error loading ACLs, opening file '/no/such/users.acl': Could not find a part of the path '/no/such/users.acl'.", "--port", "0", "--aclfile", "/no/such/users.acl");

    [TestMethod]
    public void A_wrong_option_ends_the_start_with_2_and_one_line() =>
        AssertFailsToStart(2, "dragonflyflow: option '--maxmemory' on the command line: argument must be a memory value", "--maxmemory", "lots");

    [TestMethod]
    public void Options_come_from_the_environment_too_and_the_log_may_go_to_a_file()
    {
        using ServerUnderTest server = new(
            ["--bind", "127.0.0.1", "--logfile", "/dev/stderr"],
            [("DFLOW_PORT", "0"), ("DFLOW_TIMEOUT", "77"), ("DFLOW_REQUIREPASS", "secret")]);
        Assert.IsTrue(SpinWait.SpinUntil(() => server.Errors.Any(line => line.Contains("listening on 127.0.0.1:", StringComparison.Ordinal)), LineServer.Patience));
        Assert.AreEqual(0, server.Output.Length);
        string listening = server.Errors.First(line => line.Contains("listening on", StringComparison.Ordinal));
        using LineClient client = new(IPEndPoint.Parse(listening[(listening.LastIndexOf(' ') + 1)..]));
        client.Send("GET key\r\nAUTH secret\r\nCONFIG GET timeout\r\n");
        Assert.AreEqual("-NOAUTH Authentication required.\r", client.ReceiveLine());
        Assert.AreEqual("+OK\r\n*2\r\n$7\r\ntimeout\r\n$2\r\n77\r\n", client.ReceiveText(30));
    }

    // Its reply fills the sockets on both sides and stays in the server.
    private static LineClient ConnectAndHoldUpAStop(ServerUnderTest server)
    {
        LineClient client = server.Connect();
        client.Send($"*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n${BigReplyBytes}\r\n");
        client.Socket.Send(new byte[BigReplyBytes]);
        client.Send("\r\nGET big\r\n");
        Assert.AreEqual("+OK\r", client.ReceiveLine());
        Assert.AreEqual($"${BigReplyBytes}\r", client.ReceiveLine());
        return client;
    }

    private static void AssertFailsToStart(int code, string message, params string[] arguments)
    {
        using ServerUnderTest server = new(arguments);
        Assert.AreEqual(code, server.AwaitExit());
        Assert.AreEqual(message, string.Join('\n', server.Errors));
        Assert.AreEqual("", string.Join('\n', server.Output));
    }

    [GeneratedRegex("stage ([A-Za-z]+) stopped in [0-9.]+ ms: ")]
    private static partial Regex StageLine();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z info: server\\[[0-9]+\\] [^ ]")]
    private static partial Regex LogLine();
}
