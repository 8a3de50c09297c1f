using System.Net;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>What engines with threads of their own owe besides.</summary>
public abstract class LoopEngineContractTests : IoEngineContractTests
{
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
