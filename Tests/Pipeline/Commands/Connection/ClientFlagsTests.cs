using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Connection;

/// <summary>The letters by which CLIENT LIST tells the state of a client, as in Redis.</summary>
[TestClass]
public sealed class ClientFlagsTests
{
    [TestMethod]
    [DataRow("N")]
    [DataRow("e", "CLIENT NO-EVICT ON")]
    [DataRow("N", "CLIENT NO-EVICT ON", "CLIENT NO-EVICT OFF")]
    [DataRow("N", "CLIENT NO-EVICT ON", "RESET")]
    [DataRow("T", "CLIENT NO-TOUCH ON")]
    [DataRow("x", "MULTI")]
    [DataRow("P", "SUBSCRIBE channel")]
    [DataRow("b", "BLPOP key 0")]
    [DataRow("t", "CLIENT TRACKING ON")]
    public void A_client_shows_its_letter(string letter, params string[] lines)
    {
        using InProcessClient other = new();
        using InProcessClient client = new(other.Engine);
        if (letter == "t")
            client.Line("HELLO 3");
        foreach (string line in lines)
            client.Begin(line.Split(' '));
        string list = other.Line($"CLIENT LIST ID {client.Session.Client.Id}");
        StringAssert.Contains(list, $" flags={letter} ", StringComparison.Ordinal);
    }
}
