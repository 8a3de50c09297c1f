using System.Text;
using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class LoadTests
{
    private const string Replies = "+OK\r\n:42\r\n$5\r\nhe\r\nl\r\n$-1\r\n$0\r\n\r\n*2\r\n$1\r\na\r\n*1\r\n:1\r\n*0\r\n*-1\r\n%1\r\n+k\r\n#t\r\n_\r\n,1.5\r\n-ERR no\r\n";
    private const int RepliesCount = 12;

    [TestMethod]
    public void Whole_replies_are_counted_wherever_the_stream_is_cut()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Replies);
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            ReplySkimmer skimmer = new();
            for (int at = 0; at < bytes.Length; at += piece)
                skimmer.Feed(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));

            Assert.AreEqual(RepliesCount, skimmer.Replies, $"in pieces of {piece}");
            Assert.AreEqual("ERR no", skimmer.FirstError);
        }
    }

    [TestMethod]
    public void A_reply_counts_only_when_its_last_byte_is_there()
    {
        ReplySkimmer skimmer = new();
        skimmer.Feed("*2\r\n$1\r\na\r\n$1\r\nb\r"u8);
        Assert.AreEqual(0, skimmer.Replies);

        skimmer.Feed("\n"u8);
        Assert.AreEqual(1, skimmer.Replies);
    }

    [TestMethod]
    [DataRow("?x\r\n")]
    [DataRow("$x\r\n")]
    [DataRow("\r\n")]
    public void Bytes_that_are_no_reply_are_refused(string bytes)
        => Assert.ThrowsExactly<FormatException>(() => new ReplySkimmer().Feed(Encoding.ASCII.GetBytes(bytes)));

    [TestMethod]
    public void A_template_numbers_each_copy_and_randomizes_each_place()
    {
        Workload workload = new(["HSET", "h:__rand_int__", "f:__rand_int__", "v"], 1000);
        RequestTemplate template = new(workload, copies: 2);
        template.Number(0, 7);
        template.Number(1, 999);

        Assert.AreEqual(Request(7, 7) + Request(999, 999), Text(template, 2));
        Assert.AreEqual(Request(7, 7), Text(template, 1));

        template.Randomize(new Random(1));
        string[] numbers = [.. Text(template, 2).Split('\n').Where(line => line.Length == 15).Select(line => line[2..14])];
        Assert.HasCount(4, numbers.Distinct().ToList());
        Assert.IsTrue(numbers.All(number => int.Parse(number, null) is >= 0 and < 1000));

        static string Request(int key, int field) => $"*4\r\n$4\r\nHSET\r\n$14\r\nh:{key:D12}\r\n$14\r\nf:{field:D12}\r\n$1\r\nv\r\n";
        static string Text(RequestTemplate template, int copies) => Encoding.ASCII.GetString(template.Bytes(copies).Span);
    }

    [TestMethod]
    public void Percentiles_are_exact_below_64_us_and_within_two_percent_above()
    {
        LatencyHistogram histogram = new();
        for (int us = 1; us <= 100_000; us++)
            histogram.Record(us);

        Assert.AreEqual(100_000, histogram.Count);
        Assert.AreEqual(100.0, histogram.MaxMs);
        Assert.AreEqual(0.050, histogram.PercentileMs(0.05));
        Assert.AreEqual(50.0, histogram.PercentileMs(50), 1.0);
        Assert.AreEqual(99.0, histogram.PercentileMs(99), 2.0);
    }

    [TestMethod]
    public void Histograms_add_up()
    {
        LatencyHistogram low = new();
        low.Record(10, times: 99);
        LatencyHistogram high = new();
        high.Record(long.MaxValue);
        low.Add(high);

        Assert.AreEqual(100, low.Count);
        Assert.AreEqual(0.010, low.PercentileMs(99));
        Assert.AreEqual(low.MaxMs, low.PercentileMs(100));
        Assert.AreEqual(0, new LatencyHistogram().PercentileMs(50));
    }

    [TestMethod]
    public void Info_fields_are_read_by_name()
    {
        Dictionary<string, string> info = ServerInfo.Parse("$50\r\n# Memory\r\nused_memory:1024\r\nmaxmemory_human:0B\r\ngc_pause_share:0.0125\r\nurl:a:b\r\n");

        Assert.AreEqual(1024, info.Number("used_memory"));
        Assert.AreEqual(0.0125, info.Number("gc_pause_share"));
        Assert.AreEqual("a:b", info["url"]);
        Assert.IsNull(info.Number("maxmemory_human"));
        Assert.IsNull(info.Number("absent"));
        Assert.IsEmpty(ServerInfo.Parse("-ERR unknown command 'INFO'\r\n"));
    }
}
