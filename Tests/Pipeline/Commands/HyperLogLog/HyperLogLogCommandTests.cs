using System.Globalization;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Commands.HyperLogLog;

/// <summary>HyperLogLogs beside redis-server 7.0.15: not only the estimates agree but the stored bytes.</summary>
[TestClass]
public class HyperLogLogCommandTests
{
    private const string Script = """
        DEL list s h h2 h3 n
        LPUSH list x
        SET s text
        SET n 123
        PFADD h
        GET h
        PFADD h
        PFCOUNT h
        GET h
        PFADD h a b c
        PFADD h a
        GET h
        PFCOUNT h
        GET h
        PFCOUNT nothing
        PFCOUNT nothing nothing2
        PFADD h2 c d
        PFCOUNT h h2 nothing
        PFMERGE h3 h h2
        GET h3
        PFCOUNT h3
        PFMERGE h3 nothing
        PFMERGE h4
        GET h4
        EXPIRE h 100
        PFADD h z
        TTL h
        PFDEBUG ENCODING h
        PFDEBUG DECODE h
        PFDEBUG TODENSE h
        PFDEBUG TODENSE h
        PFDEBUG DECODE h
        PFDEBUG GETREG h
        TTL h
        GET h
        PFADD h z
        PFADD h zz
        GET h
        PFMERGE h2 h
        GET h2
        PFADD list a
        PFADD s a
        PFADD n a
        PFCOUNT list
        PFCOUNT s
        PFCOUNT h s
        PFCOUNT h list
        PFMERGE list h
        PFMERGE s h
        PFMERGE h s
        PFDEBUG ENCODING nothing
        PFDEBUG ENCODING s
        PFDEBUG FOO h
        PFDEBUG FOO s
        PFADD
        PFCOUNT
        PFMERGE
        STRLEN h
        DEL list s h h2 h3 h4 n
        """;

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Replies_are_those_of_redis_server(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.CheckInBothProtocols(Script);
    }

    [TestMethod]
    public async Task Bytes_agree_with_redis_server_from_the_first_element_to_the_dense_form()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        for (int i = 0; i < 2500; i++)
        {
            both.Check("PFADD", "h", i.ToString(CultureInfo.InvariantCulture));
            both.Check("GET", "h");
            if (i % 100 == 0)
                both.Check("PFCOUNT", "h");
        }

        Assert.AreEqual("+dense\r\n", both.Check("PFDEBUG", "ENCODING", "h"));
        for (int i = 0; i < 50; i++)
        {
            both.Check(["PFADD", "h", .. Enumerable.Range(i * 2000, 2000).Select(n => $"element-{n}")]);
            both.Check("PFCOUNT", "h");
            both.Check("GET", "h");
        }
    }

    [TestMethod]
    public async Task One_whose_bytes_are_all_ASCII_is_read_and_changed_like_others()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        // All registers are zero: a long run, and two of 64.
        both.Check("SET", "h", "HYLL\u0001\0\0\0\0\0\0\0\0\0\0\0\u007F\u007F??");
        Assert.AreEqual(":0\r\n", both.Check("PFCOUNT", "h"));
        both.Check("PFMERGE", "other", "h");
        Assert.AreEqual(":1\r\n", both.Check("PFADD", "h", "a"));
        both.Check("PFDEBUG", "DECODE", "h");
        both.Check("GET", "h");
        Assert.AreEqual(":1\r\n", both.Check("PFCOUNT", "h", "other"));
    }

    [TestMethod]
    public async Task Generated_commands_agree_with_redis_server()
    {
        await using SideBySide both = await SideBySide.StartAsync(shards: 2);
        Gen<string> key = Gen.Elements("a", "b", "c");
        Gen<string> element = Gen.Choose(0, 100_000).Select(n => n.ToString(CultureInfo.InvariantCulture));
        Gen<string[]> command = Gen.OneOf(
            key.SelectMany(k => Gen.ArrayOf(element, 100).Select(elements => (string[])["PFADD", k, .. elements])),
            key.Select(k => new[] { "PFCOUNT", k }),
            Gen.CollectToArray(new[] { key, key }).Select(keys => (string[])["PFCOUNT", .. keys]),
            Gen.CollectToArray(new[] { key, key, key }).Select(keys => (string[])["PFMERGE", .. keys]),
            key.Select(k => new[] { "PFDEBUG", "TODENSE", k }),
            key.Select(k => new[] { "DEL", k }));
        ModelCheck.Run(command, commands =>
        {
            both.Check("FLUSHALL");
            foreach (string[] args in commands)
            {
                both.Check(args);
                both.Check("GET", args[^1]);
                both.Check("GET", args[1]);
            }
        }, count: 50, lengthMax: 40);
    }

    [TestMethod]
    public async Task Damaged_values_are_refused_as_redis_server_refuses_them()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        string header = "HYLL\u0001\0\0\0\0\0\0\0\0\0\0\u0080";
        string[] damaged =
        [
            header, header + "\u007F", header + "\u007F\u00FF\u0000", header + "\u0080", header + "\u007F\u00FE",
            header + "\u007F\u00FF\u007F\u00FF", header + "\u007F\u00FF\u0080", header + "\u007F\u00FE\u0083",
            "HYLL\u0002" + header[5..] + "\u007F\u00FF", "HYLL\0" + header[5..] + "\u007F\u00FF", "HYLK" + header[4..] + "\u007F\u00FF", "HYLL",
        ];
        foreach (string value in damaged)
        {
            both.Check("SET", "h", value);
            both.Check("PFCOUNT", "h");
            both.Check("PFCOUNT", "h", "h");
            both.Check("SET", "h", value);
            both.Check("PFMERGE", "other", "h");
            both.Check("EXISTS", "other");
            both.Check("PFDEBUG", "TODENSE", "h");
        }
    }

    [TestMethod]
    public void Self_test_passes()
    {
        using InProcessClient client = new();
        Assert.AreEqual("+OK\r\n", client.Execute("PFSELFTEST"));
    }

    [TestMethod]
    public void Sparse_limit_follows_the_option()
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "hll-sparse-max-bytes", "30");
        client.Execute(["PFADD", "h", .. Enumerable.Range(0, 20).Select(n => $"{n}")]);
        Assert.AreEqual("+dense\r\n", client.Execute("PFDEBUG", "ENCODING", "h"));
        Assert.AreEqual(":20\r\n", client.Execute("PFCOUNT", "h"));
    }
}
