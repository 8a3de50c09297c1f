using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class RequestParserTests
{
    [TestMethod]
    [DataRow("*1\r\n$4\r\nPING\r\n", "PING")]
    [DataRow("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "GET|k")]
    [DataRow("*3\r\n$3\r\nSET\r\n$11\r\nhello world\r\n$0\r\n\r\n", "SET|hello world|")]
    [DataRow("PING\r\n", "PING")]
    [DataRow("PING\n", "PING")]
    [DataRow("  SET  k\tv  \r\n", "SET|k|v")]
    [DataRow("SET \"a b\" 'c d'\r\n", "SET|a b|c d")]
    [DataRow("SET \"\\x41\\n\\\"\\q\\x4\" '\\'\\n'\r\n", "SET|A\n\"qx4|'\\n")]
    [DataRow("SET a\"b c\" ''\r\n", "SET|ab c|")]
    [DataRow("ECHO a\vb\r\n", "ECHO|a\vb")]
    public void ReadsOneCommand(string request, string arguments)
    {
        ParsedRequests parsed = ParsedRequests.Parse(Encoding.Latin1.GetBytes(request));
        CollectionAssert.AreEqual(new[] { arguments }, parsed.Commands);
        Assert.IsNull(parsed.Error);
        Assert.AreEqual(0, parsed.Unread);
    }

    [TestMethod]
    [DataRow("\r\n")]
    [DataRow("\n")]
    [DataRow("   \r\n")]
    [DataRow("*0\r\n")]
    [DataRow("*-1\r\n")]
    [DataRow("*-99\r\n")]
    public void SkipsEmptyCommands(string request)
    {
        ParsedRequests parsed = ParsedRequests.Parse(Encoding.Latin1.GetBytes(request + "PING\r\n"));
        CollectionAssert.AreEqual(new[] { "PING" }, parsed.Commands);
        Assert.AreEqual(1, parsed.EmptyCount);
    }

    [TestMethod]
    [DataRow("*x\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*+1\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*01\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*-0\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*2147483648\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*99999999999999999999\r\n", "Protocol error: invalid multibulk length")]
    [DataRow("*1\r\n$-1\r\n", "Protocol error: invalid bulk length")]
    [DataRow("*1\r\n$abc\r\n", "Protocol error: invalid bulk length")]
    [DataRow("*1\r\n$\r\n", "Protocol error: invalid bulk length")]
    [DataRow("*1\r\n$03\r\nabc\r\n", "Protocol error: invalid bulk length")]
    [DataRow("*1\r\n$536870913\r\n", "Protocol error: invalid bulk length")]
    [DataRow("*1\r\nPING\r\n", "Protocol error: expected '$', got 'P'")]
    [DataRow("*2\r\n$3\r\nGET\r\n:1\r\n", "Protocol error: expected '$', got ':'")]
    [DataRow("GET \"abc\r\n", "Protocol error: unbalanced quotes in request")]
    [DataRow("GET 'a'b\r\n", "Protocol error: unbalanced quotes in request")]
    [DataRow("GET \"a\\\r\n", "Protocol error: unbalanced quotes in request")]
    public void ReportsRedisErrorTexts(string request, string error)
    {
        ParsedRequests parsed = ParsedRequests.Parse(Encoding.Latin1.GetBytes("PING\r\n" + request));
        CollectionAssert.AreEqual(new[] { "PING" }, parsed.Commands, "the command before the error stands");
        Assert.AreEqual(error, parsed.Error);
    }

    [TestMethod]
    public void LimitsLines()
    {
        string longest = new('1', RequestParser.LineBytesMax);
        Assert.AreEqual("Protocol error: too big inline request", ParsedRequests.Parse(Encoding.Latin1.GetBytes(longest + "1")).Error);
        Assert.IsNull(ParsedRequests.Parse(Encoding.Latin1.GetBytes(longest)).Error);
        Assert.AreEqual("Protocol error: too big mbulk count string", ParsedRequests.Parse(Encoding.Latin1.GetBytes("*" + longest)).Error);
        Assert.AreEqual("Protocol error: too big bulk count string", ParsedRequests.Parse(Encoding.Latin1.GetBytes("*1\r\n$" + longest)).Error);
    }

    [TestMethod]
    public void LimitsClientsThatHaveNotAuthenticated()
    {
        RequestParser parser = new() { Unauthenticated = true };
        Assert.AreEqual("Protocol error: unauthenticated multibulk length", ParsedRequests.Parse("*11\r\n"u8, parser).Error);

        parser.Reset();
        Assert.AreEqual("Protocol error: unauthenticated bulk length", ParsedRequests.Parse("*2\r\n$4\r\nAUTH\r\n$16385\r\n"u8, parser).Error);

        parser.Reset();
        parser.Unauthenticated = false;
        Assert.IsNull(ParsedRequests.Parse("*11\r\n$16385\r\n"u8, parser).Error);
    }

    [TestMethod]
    public void ErrorIsFinal()
    {
        RequestParser parser = new();
        Assert.IsNotNull(ParsedRequests.Parse("*x\r\n"u8, parser).Error);
        ParsedRequests after = ParsedRequests.Parse("PING\r\n"u8, parser);
        Assert.IsEmpty(after.Commands);
        Assert.AreEqual("Protocol error: invalid multibulk length", after.Error);
    }
}
