using System.Text;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>Messages that nobody asked for go out between replies, in the order they were pushed.</summary>
[TestClass]
public sealed class SessionPushTests
{
    [TestMethod]
    public void A_push_wakes_an_idle_session_and_is_sent_whole()
    {
        using InProcessClient client = new();
        client.Session.Push(Encoding.ASCII.GetBytes("+one\r\n"));
        client.Session.Push(Encoding.ASCII.GetBytes("+two\r\n"));
        Assert.AreEqual("+one\r\n+two\r\n", client.Receive());
        Assert.AreEqual("", client.Receive());
    }

    [TestMethod]
    public void A_push_comes_after_the_replies_that_were_given_before_it()
    {
        using InProcessClient client = new(shards: 3);
        client.Execute("SET", "a", "1");
        client.Session.Push(Encoding.ASCII.GetBytes("+pushed\r\n"));
        Assert.AreEqual("$1\r\n1\r\n$-1\r\n+pushed\r\n", client.Pipeline(["GET", "a"], ["GET", "b"]));
    }
}
