using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class ReplyBufferTests
{
    [TestMethod]
    public void WritesEachFormInBothProtocols()
    {
        Check(r => r.Ok(), "+OK\r\n");
        Check(r => r.Simple("PONG"), "+PONG\r\n");
        Check(r => r.Error("ERR bad\r\nthing"), "-ERR bad  thing\r\n");
        Check(r => r.Error("ERR 'a\nb'"u8), "-ERR 'a b'\r\n");
        Check(r => r.Integer(0), ":0\r\n");
        Check(r => r.Integer(-1), ":-1\r\n");
        Check(r => r.Integer(10), ":10\r\n");
        Check(r => r.Integer(long.MinValue), ":-9223372036854775808\r\n");
        Check(r => r.Integer(long.MaxValue), ":9223372036854775807\r\n");
        Check(r => r.Bulk(""u8), "$0\r\n\r\n");
        Check(r => r.Bulk("a\r\nb"u8), "$4\r\na\r\nb\r\n");
        Check(r => r.Bulk("é"), "$2\r\né\r\n");
        Check(r => r.BulkInteger(-42), "$3\r\n-42\r\n");
        Check(r => r.BulkInteger(long.MinValue), "$20\r\n-9223372036854775808\r\n");
        Check(r => r.Null(), "$-1\r\n", "_\r\n");
        Check(r => r.NullArray(), "*-1\r\n", "_\r\n");
        Check(r => r.Array(12), "*12\r\n");
        Check(r => r.Map(3), "*6\r\n", "%3\r\n");
        Check(r => r.Map(1_500_000_000), "*3000000000\r\n", "%1500000000\r\n");
        Check(r => r.Set(2), "*2\r\n", "~2\r\n");
        Check(r => r.Push(3), "*3\r\n", ">3\r\n");
        Check(r => r.Double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n");
        Check(r => r.Boolean(true), ":1\r\n", "#t\r\n");
        Check(r => r.Boolean(false), ":0\r\n", "#f\r\n");
        Check(r => r.BigNumber("123"), "$3\r\n123\r\n", "(123\r\n");
        Check(r => r.Verbatim("txt", "hi"u8), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n");
        Check(r => r.Raw(":7\r\n"u8), ":7\r\n");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(9)]
    [DataRow(10)]
    [DataRow(99)]
    [DataRow(100)]
    [DataRow(70_000)]
    public void FillsDeferredHeadersOfEverySize(int count)
    {
        ReplyBuffer reply = new();
        StringBuilder expected = new();
        reply.Ok();
        int mark = reply.BeginDeferred();
        for (int i = 0; i < count; i++)
        {
            reply.Integer(i);
            expected.Append(':').Append(i).Append("\r\n");
        }

        reply.EndDeferred(mark, '*', count);
        reply.Simple("end");
        Assert.AreEqual($"+OK\r\n*{count}\r\n{expected}+end\r\n", Encoding.UTF8.GetString(reply.Written));
    }

    [TestMethod]
    public void NestsDeferredHeaders()
    {
        Check(
            r =>
            {
                int outer = r.BeginDeferred();
                int inner = r.BeginDeferred();
                r.Integer(1);
                r.EndDeferred(inner, '~', 1);
                int empty = r.BeginDeferred();
                r.EndDeferred(empty, '*', 0);
                r.Bulk("v"u8);
                r.Bulk("w"u8);
                r.EndDeferred(outer, '%', 2);
            },
            "*4\r\n*1\r\n:1\r\n*0\r\n$1\r\nv\r\n$1\r\nw\r\n",
            "%2\r\n~1\r\n:1\r\n*0\r\n$1\r\nv\r\n$1\r\nw\r\n");
    }

    [TestMethod]
    public void ProtocolIsChosenCallByCall()
    {
        ReplyBuffer reply = new();
        reply.Null();
        reply.Resp3 = true;
        reply.Null();
        reply.Resp3 = false;
        reply.Null();
        Assert.AreEqual("$-1\r\n_\r\n$-1\r\n", Encoding.UTF8.GetString(reply.Written));
    }

    [TestMethod]
    public void TruncateCutsAndClearForgets()
    {
        ReplyBuffer reply = new();
        reply.Ok();
        int length = reply.Length;
        reply.Array(3);
        reply.Truncate(length);
        reply.Error("ERR no");
        Assert.AreEqual("+OK\r\n-ERR no\r\n", Encoding.UTF8.GetString(reply.Written));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reply.Truncate(reply.Length + 1));

        reply.Clear();
        Assert.AreEqual(0, reply.Length);
        reply.Bulk(new byte[200_000]);
        reply.Clear(keepBytesMax: 65536);
        reply.Ok();
        Assert.AreEqual("+OK\r\n", Encoding.UTF8.GetString(reply.Written));
        Assert.AreEqual("+OK\r\n", Encoding.UTF8.GetString(reply.WrittenMemory.Span));
    }

    [TestMethod]
    public void WritingAllocatesNothing()
    {
        ReplyBuffer reply = new();
        byte[] value = new byte[100];
        long before = 0;
        for (int round = 0; round < 2000; round++)
        {
            if (round == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            reply.Clear();
            reply.Resp3 = round % 2 == 0;
            int mark = reply.BeginDeferred();
            reply.Ok();
            reply.Error("ERR syntax error");
            reply.Integer(round);
            reply.Bulk(value);
            reply.Bulk("text");
            reply.BulkInteger(-round);
            reply.Null();
            reply.Double(round / 7.0);
            reply.Double(round);
            reply.Boolean(true);
            reply.Verbatim("txt", value);
            reply.BigNumber("12345678901234567890");
            reply.EndDeferred(mark, '*', 12);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsGreaterThan(300, reply.Length);
    }

    private static void Check(Action<ReplyBuffer> write, string resp2, string? resp3 = null)
    {
        ReplyBuffer reply = new();
        write(reply);
        Assert.AreEqual(resp2, Encoding.UTF8.GetString(reply.Written));
        reply.Clear();
        reply.Resp3 = true;
        write(reply);
        Assert.AreEqual(resp3 ?? resp2, Encoding.UTF8.GetString(reply.Written));
    }
}
