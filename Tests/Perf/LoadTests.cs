using System.Text;
using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class LoadTests
{
    [TestMethod]
    public void Numbered_batches_hold_each_number_once_and_the_last_begins_again()
    {
        RequestBatches batches = RequestBatches.Numbered(new Workload(["HSET", "h:__rand_int__", "f:__rand_int__", "v"], 5), copies: 2);

        Assert.HasCount(3, batches);
        Assert.AreEqual(Request(0) + Request(1), Text(batches[0]));
        Assert.AreEqual(Request(2) + Request(3), Text(batches[1]));
        Assert.AreEqual(Request(4) + Request(0), Text(batches[2]));

        static string Request(int number) => $"*4\r\n$4\r\nHSET\r\n$14\r\nh:{number:D12}\r\n$14\r\nf:{number:D12}\r\n$1\r\nv\r\n";
    }

    [TestMethod]
    public void Random_batches_choose_each_place_anew_and_repeat_with_their_seed()
    {
        Workload workload = new(["HSET", "h:__rand_int__", "f:__rand_int__", "v"], 1000);
        string first = Text(RequestBatches.Random(workload, copies: 2, seed: 1)[0]);
        string[] numbers = [.. first.Split('\n').Where(line => line.Length == 15).Select(line => line[2..14])];

        Assert.HasCount(4, numbers.Distinct().ToList());
        Assert.IsTrue(numbers.All(number => int.Parse(number, null) is >= 0 and < 1000));
        Assert.AreEqual(first, Text(RequestBatches.Random(workload, copies: 2, seed: 1)[0]));
        Assert.AreNotEqual(first, Text(RequestBatches.Random(workload, copies: 2, seed: 2)[0]));
    }

    [TestMethod]
    public void A_command_without_placeholder_stays_as_it_is()
        => Assert.AreEqual("*2\r\n$4\r\nRPOP\r\n$1\r\nl\r\n", Text(RequestBatches.Random(new Workload(["RPOP", "l"], 1), copies: 1, seed: 0)[0]));

    [TestMethod]
    public void Info_fields_are_read_by_name()
    {
        Dictionary<string, string> info = ServerInfo.Parse("# Memory\r\nused_memory:1024\r\nmaxmemory_human:0B\r\ngc_pause_share:0.0125\r\nurl:a:b\r\n");

        Assert.AreEqual(1024, info.Number("used_memory"));
        Assert.AreEqual(0.0125, info.Number("gc_pause_share"));
        Assert.AreEqual("a:b", info["url"]);
        Assert.IsNull(info.Number("maxmemory_human"));
        Assert.IsNull(info.Number("absent"));
        Assert.IsEmpty(ServerInfo.Parse(""));
    }

    private static string Text(ReadOnlyMemory<byte> batch) => Encoding.ASCII.GetString(batch.Span);
}
