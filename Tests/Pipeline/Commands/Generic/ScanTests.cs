using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

[TestClass]
public class ScanTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Keys_that_are_there_from_first_to_last_are_all_returned_though_others_come_and_go(int shards)
    {
        using InProcessClient client = new(shards);
        HashSet<string> stable = [.. Enumerable.Range(0, 3000).Select(i => $"stable-{i}")];
        foreach (string key in stable)
            client.Execute("SET", key, "v");
        HashSet<string> seen = [];
        string cursor = "0";
        int calls = 0;
        do
        {
            RespValue reply = client.Ask("SCAN", cursor, "COUNT", "7");
            cursor = reply.Items[0].Text;
            seen.UnionWith(reply.Items[1].Items.Select(item => item.Text));
            for (int i = 0; i < 20; i++)
                client.Execute("SET", $"passing-{calls}-{i}", "v");
            if (calls > 5)
                client.Execute([.. Enumerable.Range(0, 20).Select(i => $"passing-{calls - 5}-{i}").Prepend("DEL")]);
            Assert.IsLessThan(100_000, calls++, "the scan ends");
        }
        while (cursor != "0");
        seen.IntersectWith(stable);
        Assert.HasCount(stable.Count, seen);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void Filters_apply_to_what_is_seen_and_not_to_how_far_a_call_goes(int shards)
    {
        using InProcessClient client = new(shards);
        for (int i = 0; i < 500; i++)
            client.Execute("SET", $"key-{i}", "v");
        client.Execute("LPUSH", "key-list", "x");
        client.Execute("SELECT", "1");
        client.Execute("SET", "elsewhere", "v");
        client.Execute("SELECT", "0");
        Assert.AreEqual(111, Scan(client, "MATCH", "key-1*").Count);
        Assert.AreEqual("key-list", string.Join(' ', Scan(client, "TYPE", "list")));
        Assert.HasCount(500, Scan(client, "TYPE", "STRING", "COUNT", "1000"));
        Assert.IsEmpty(Scan(client, "TYPE", "list", "MATCH", "nothing"));
        Assert.HasCount(501, Scan(client));
        Assert.HasCount(501, Scan(client, "COUNT", "1000000"));
    }

    [TestMethod]
    public void Any_cursor_is_safe()
    {
        using InProcessClient client = new(shards: 3);
        for (int i = 0; i < 300; i++)
            client.Execute("SET", $"key-{i}", "v");
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            ulong cursor = (ulong)random.NextInt64() >> random.Next(64);
            RespValue reply = client.Ask("SCAN", cursor.ToString(CultureInfo.InvariantCulture));
            Assert.HasCount(2, reply.Items);
        }
    }

    private static List<string> Scan(InProcessClient client, params string[] options)
    {
        List<string> found = [];
        string cursor = "0";
        do
        {
            RespValue reply = client.Ask(["SCAN", cursor, .. options]);
            cursor = reply.Items[0].Text;
            found.AddRange(reply.Items[1].Items.Select(item => item.Text));
        }
        while (cursor != "0");
        return found;
    }
}
