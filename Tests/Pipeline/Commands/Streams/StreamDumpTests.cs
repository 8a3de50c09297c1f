using System.Text;
using System.Text.RegularExpressions;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Streams;

/// <summary>Payloads of streams beside redis-server 7.0.15, groups and what was not acknowledged included.</summary>
[TestClass]
public sealed partial class StreamDumpTests
{
    [TestMethod]
    [DataRow("yes", 1)]
    [DataRow("no", 4)]
    public async Task Streams_travel_both_ways_with_their_groups(string compression, int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards, "--enable-debug-command", "yes", "--rdbcompression", compression);
        foreach (string line in StreamScripts.Filled.Split('\n', StringSplitOptions.TrimEntries))
            both.Theirs(line.Split(' '));
        both.Theirs("XGROUP", "CREATE", "empty", "123", "$", "MKSTREAM");
        for (int i = 1; i < 700; i++)
            both.Theirs("XADD", "big", $"{i}-{i % 3}", i % 7 == 0 ? "odd" : "field", new string('v', i % 200), "number", $"{i * 1000003L}");
        both.Theirs("XTRIM", "big", "MAXLEN", "650");
        both.Theirs("XDEL", "big", "100-1", "300-0");
        both.Theirs("XGROUP", "CREATE", "big", "g", "0");
        both.Theirs("XREADGROUP", "GROUP", "g", "c", "COUNT", "300", "STREAMS", "big", ">");
        both.Theirs("XADD", "gone", "1-1", "f", "v");
        both.Theirs("XDEL", "gone", "1-1");
        // The number of entries added so far is counted beyond what is a positive number: a file with it has to be read again.
        both.Theirs("XADD", "counted", "1-1", "f", "v");
        both.Theirs("XSETID", "counted", "1-1", "ENTRIESADDED", $"{long.MaxValue}");
        both.Theirs("XADD", "counted", "1-2", "f", "v");
        foreach (string key in (string[])["s", "empty", "big", "gone", "counted"])
            Travel(both, key);
        both.Check("DEBUG", "DIGEST");
    }

    // Types 15 and 21 by hand: what the installed server reads of them, and what 7.2 adds.
    [TestMethod]
    public async Task Older_and_newer_forms_are_read()
    {
        await using SideBySide both = await SideBySide.StartAsync(1, "--enable-debug-command", "yes");
        using Keyspace keyspace = new(new KeyspaceOptions());
        using StreamValue stream = StreamSamples.Fill(keyspace, entries: 250);
        string oldest = Encoding.Latin1.GetString(LegacyPayload.Stream(RdbType.Stream, stream));
        both.Check("RESTORE", "old", "0", oldest);
        both.Check("DEBUG", "DIGEST-VALUE", "old");
        Assert.AreEqual(Masked(both.Theirs("XINFO", "STREAM", "old", "FULL")), Masked(both.Ours.Execute("XINFO", "STREAM", "old", "FULL")));
        string newest = Encoding.Latin1.GetString(LegacyPayload.Stream(RdbType.Stream3, stream));
        Assert.AreEqual("+OK\r\n", both.Ours.Execute("RESTORE", "new", "0", newest));
        StringAssert.Contains(both.Ours.Execute("XINFO", "STREAM", "new", "FULL"), "seen-time\r\n:1000\r\n$11\r\nactive-time\r\n:900\r\n");
    }

    private static void Travel(SideBySide both, string key)
    {
        string[] info = ["XINFO", "STREAM", key, "FULL", "COUNT", "0"];
        Assert.AreEqual("+OK\r\n", both.Ours.Execute("RESTORE", key, "0", Bulk(both.Theirs("DUMP", key))), key);
        both.Check("DEBUG", "DIGEST-VALUE", key);
        string expected = Masked(both.Theirs(info));
        Assert.AreEqual(expected, Masked(both.Ours.Execute(info)), key);
        Assert.AreEqual("+OK\r\n", both.Theirs("RESTORE", key, "0", Bulk(both.Ours.Execute("DUMP", key)), "REPLACE"), key);
        Assert.AreEqual(expected, Masked(both.Theirs(info)), key);
    }

    private static string Bulk(string reply) => reply[(reply.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];

    // A radix tree's nodes, and the field that 7.2 added.
    private static string Masked(string reply)
        => Count().Replace(Nodes().Replace(Active().Replace(reply, ""), "nodes\r\n:?"), "*?\r\n$4\r\nname");

    [GeneratedRegex(@"\$11\r\nactive-time\r\n:-?\d+\r\n")]
    private static partial Regex Active();

    [GeneratedRegex(@"nodes\r\n:\d+")]
    private static partial Regex Nodes();

    [GeneratedRegex(@"\*(8|10)\r\n\$4\r\nname")]
    private static partial Regex Count();
}
