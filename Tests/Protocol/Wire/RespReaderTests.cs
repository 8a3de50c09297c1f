using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class RespReaderTests
{
    private static readonly (string Bytes, RespValue Value, string Printed)[] Samples =
    [
        ("+OK\r\n", RespValue.Ok, "OK"),
        ("+\r\n", RespValue.OfSimple(""), ""),
        ("-ERR no\r\n", RespValue.OfError("ERR no"), "(error) ERR no"),
        (":-12\r\n", RespValue.Of(-12), "(integer) -12"),
        ("$5\r\na\r\n\"b\r\n", RespValue.OfBulk("a\r\n\"b"), "\"a\\r\\n\\\"b\""),
        ("$0\r\n\r\n", RespValue.OfBulk(""), "\"\""),
        ("$2\r\n\0\u00ff\r\n", RespValue.OfBulk([0, 255]), "\"\\x00\\xff\""),
        ("$-1\r\n", RespValue.NullBulk, "(nil)"),
        ("*-1\r\n", RespValue.NullArray, "(nil)"),
        ("_\r\n", RespValue.Null, "(nil)"),
        (",1.5\r\n", RespValue.Of(1.5), "(double) 1.5"),
        (",inf\r\n", RespValue.Of(double.PositiveInfinity), "(double) inf"),
        (",-inf\r\n", RespValue.Of(double.NegativeInfinity), "(double) -inf"),
        (",nan\r\n", RespValue.Of(double.NaN), "(double) nan"),
        ("#t\r\n", RespValue.Of(true), "(true)"),
        ("#f\r\n", RespValue.Of(false), "(false)"),
        ("(-123456789012345678901\r\n", RespValue.OfBigNumber("-123456789012345678901"), "-123456789012345678901"),
        ("=6\r\ntxt:hi\r\n", RespValue.OfVerbatim("txt", "hi"), "hi"),
        ("*0\r\n", RespValue.OfArray(), "(empty array)"),
        ("*2\r\n$1\r\na\r\n:1\r\n", RespValue.OfArray(RespValue.OfBulk("a"), RespValue.Of(1)), "1) \"a\"\n2) (integer) 1"),
        ("*2\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n+c\r\n", RespValue.OfArray(RespValue.OfBulks("a", "b"), RespValue.OfSimple("c")), "1) 1) \"a\"\n   2) \"b\"\n2) c"),
        ("~1\r\n:1\r\n", RespValue.OfSet(RespValue.Of(1)), "1~ (integer) 1"),
        (">2\r\n+a\r\n+b\r\n", RespValue.OfPush(RespValue.OfSimple("a"), RespValue.OfSimple("b")), "1> a\n2> b"),
        ("%1\r\n$1\r\nk\r\n*1\r\n:7\r\n", RespValue.OfMap((RespValue.OfBulk("k"), RespValue.OfArray(RespValue.Of(7)))), "1# \"k\" => 1) (integer) 7"),
        ("|1\r\n+ttl\r\n:3\r\n+OK\r\n", RespValue.Ok, "OK"),
        ("*2\r\n|1\r\n+ttl\r\n:3\r\n:1\r\n:2\r\n", RespValue.OfArray(RespValue.Of(1), RespValue.Of(2)), "1) (integer) 1\n2) (integer) 2"),
    ];

    [TestMethod]
    public void ReadsAndPrintsEachKind()
    {
        foreach ((string bytes, RespValue value, string printed) in Samples)
        {
            RespValue read = RespValue.Parse(Encoding.Latin1.GetBytes(bytes));
            Assert.AreEqual(value, read, bytes);
            Assert.AreEqual(value.GetHashCode(), read.GetHashCode(), bytes);
            Assert.AreEqual(printed, read.ToString(), bytes);
        }

        for (int i = 0; i < Samples.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.AreEqual(Samples[i].Value.Equals(Samples[j].Value), Samples[i].Printed == "OK" && Samples[j].Printed == "OK", $"{i} and {j}");
        }
    }

    [TestMethod]
    public void GivesValues()
    {
        RespValue map = RespValue.Parse("%2\r\n+n\r\n:5\r\n+d\r\n$3\r\n1.5\r\n"u8);
        Assert.AreEqual(5, map["n"].Integer);
        Assert.AreEqual(1.5, map["d"].Double);
        Assert.ThrowsExactly<KeyNotFoundException>(() => map["x"]);
        Assert.ThrowsExactly<FormatException>(() => map["d"].Integer);
        Assert.IsTrue(RespValue.Parse(":1\r\n"u8).Boolean);
        Assert.AreEqual("mkd", RespValue.Parse("=5\r\nmkd:x\r\n"u8).Format);
        Assert.IsTrue(RespValue.Parse("!3\r\nERR\r\n"u8).IsError);
    }

    [TestMethod]
    public void FindsTheEndOfRepliesHoweverTheyArrive()
    {
        byte[] stream = Encoding.Latin1.GetBytes(string.Concat(Samples.Select(sample => sample.Bytes)));
        for (int split = 0; split <= stream.Length; split++)
            AssertFrames(stream, [split, stream.Length]);
        AssertFrames(stream, [.. Enumerable.Range(1, stream.Length)]);

        Prop.ForAll(Gen.Choose(0, stream.Length).ArrayOf().ToArbitrary(), cuts => AssertFrames(stream, [.. cuts.Order(), stream.Length]))
            .Check(ModelCheck.Configure(300));
    }

    [TestMethod]
    [DataRow("?\r\n")]
    [DataRow("\r\n")]
    [DataRow(":\r\n")]
    [DataRow(":1x\r\n")]
    [DataRow(":1\n")]
    [DataRow("+a\rb\r\n")]
    [DataRow("$-2\r\n")]
    [DataRow("$?\r\n")]
    [DataRow("*?\r\n")]
    [DataRow("*2147483648\r\n")]
    [DataRow("$1\r\nabc\r\n")]
    [DataRow("%-1\r\n")]
    [DataRow("=2\r\nab\r\n")]
    [DataRow("=-1\r\n")]
    [DataRow(",x\r\n")]
    [DataRow("#x\r\n")]
    [DataRow("_x\r\n")]
    [DataRow("(12a\r\n")]
    [DataRow("*2\r\n:1\r\n?\r\n")]
    public void RefusesWhatIsNoReply(string bytes)
    {
        byte[] reply = Encoding.Latin1.GetBytes(bytes);
        Assert.ThrowsExactly<RespProtocolException>(() => new RespFrameScanner().TryScan(reply, out _));
        Assert.ThrowsExactly<RespProtocolException>(() => RespValue.TryRead(reply, out _, out _));
    }

    [TestMethod]
    public void HoldsItsLimits()
    {
        RespLimits limits = new() { FrameBytesMax = 1000, LineBytesMax = 100, DepthMax = 3 };
        byte[] deep = "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"u8.ToArray();
        Assert.ThrowsExactly<RespProtocolException>(() => RespValue.TryRead(deep, out _, out _, limits));
        Assert.IsTrue(RespValue.TryRead(deep.AsSpan(4), out _, out _, limits));

        byte[] longLine = Encoding.ASCII.GetBytes("+" + new string('a', 101));
        Assert.ThrowsExactly<RespProtocolException>(() => new RespFrameScanner(limits).TryScan(longLine, out _));
        Assert.ThrowsExactly<RespProtocolException>(() => new RespFrameScanner(limits).TryScan("$1001\r\n"u8, out _));
        byte[] many = Encoding.ASCII.GetBytes("*400\r\n" + string.Concat(Enumerable.Repeat(":1\r\n", 300)));
        Assert.ThrowsExactly<RespProtocolException>(() => new RespFrameScanner(limits).TryScan(many, out _));
    }

    [TestMethod]
    public void AnnouncedCountsReserveNothing()
    {
        byte[] reply = "*2147483647\r\n:1\r\n"u8.ToArray();
        RespValue.TryRead(reply, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool whole = RespValue.TryRead(reply, out RespValue? value, out int consumed);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsFalse(whole);
        Assert.IsNull(value);
        Assert.AreEqual(0, consumed);
    }

    [TestMethod]
    public void TenThousandMutatedRepliesThrowProtocolErrorsOnly()
    {
        const int Seed = 99;
        Random random = new(Seed);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(Samples[random.Next(Samples.Length)].Bytes + Samples[random.Next(Samples.Length)].Bytes);
            for (int change = random.Next(1, 3); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)"*$:+-_%~>\r\n0123456789tf,"[random.Next(24)];
            refused += IsRefused(bytes, i) ? 1 : 0;
        }

        Assert.IsTrue(refused is > 1000 and < 9500, $"both outcomes occur: {refused}");
    }

    // The scanner and the reader agree on how long a reply is, and on what is none.
    private static bool IsRefused(byte[] bytes, int index)
    {
        int length = 0;
        bool framed = false;
        try
        {
            framed = new RespFrameScanner().TryScan(bytes, out length);
            Assert.AreEqual(framed, RespValue.TryRead(bytes, out _, out int consumed), $"case {index}");
            Assert.AreEqual(length, consumed, $"case {index}");
            return false;
        }
        catch (RespProtocolException)
        {
            Assert.IsFalse(framed, $"case {index}: framed but not readable: {Encoding.Latin1.GetString(bytes)}");
            return true;
        }
    }

    private static bool AssertFrames(byte[] stream, int[] pieceEnds)
    {
        RespFrameScanner scanner = new();
        int start = 0;
        int found = 0;
        foreach (int end in pieceEnds)
        {
            while (scanner.TryScan(stream.AsSpan(start, end - start), out int length))
            {
                Assert.AreEqual(Samples[found].Bytes.Length, length, $"reply {found}");
                Assert.AreEqual(Samples[found].Value, RespValue.Parse(stream.AsSpan(start, length)));
                start += length;
                found++;
            }
        }

        Assert.AreEqual(Samples.Length, found);
        return true;
    }
}
