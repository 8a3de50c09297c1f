using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>Commands in a row on one big container, whose elements are looked out for, while the container changes, goes and comes back between them: the replies are those of the same commands one at a time.</summary>
[TestClass]
public sealed class ElementLookOutTests
{
    private const int Elements = 700;
    private const int InARow = 40;

    private static readonly string[][] OnContainers =
    [
        ["SADD", "set", "{0}"], ["SADD", "set", "{0}", "x{0}"], ["SISMEMBER", "set", "{0}"], ["SREM", "set", "{0}"], ["SMISMEMBER", "set", "{0}", "nothing"],
        ["HSET", "hash", "{0}", "value{0}"], ["HGET", "hash", "{0}"], ["HDEL", "hash", "{0}"], ["HINCRBY", "hash", "number{0}", "3"], ["HMGET", "hash", "{0}", "number{0}"],
        ["ZADD", "zset", "{0}", "{0}"], ["ZADD", "zset", "NX", "1.5", "x{0}"], ["ZINCRBY", "zset", "2", "{0}"], ["ZSCORE", "zset", "{0}"], ["ZRANK", "zset", "{0}"], ["ZREM", "zset", "{0}"],
        ["HGET", "set", "{0}"], ["SADD", "hash", "{0}"],
    ];

    private static readonly string[][] OfAll =
    [
        ["DEL", "set"], ["UNLINK", "hash"], ["DEL", "zset"], ["FLUSHDB"], ["FLUSHALL", "ASYNC"], ["RENAME", "set", "other"], ["RENAME", "other", "set"], ["COPY", "zset", "hash", "REPLACE"], ["SELECT", "1"], ["SELECT", "0"],
        ["SADD", "set", "1", "2"], ["SET", "hash", "a-string"],
    ];

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Replies_are_those_of_one_command_at_a_time(int shards)
    {
        Random random = new(shards);
        using InProcessClient inRows = new(shards);
        using InProcessClient oneByOne = new(shards);
        for (int round = 0; round < 200; round++)
        {
            if (round % 4 == 0)
                Fill(inRows, oneByOne);
            string[][] row = Row(random);
            Assert.AreEqual(string.Concat(row.Select(command => oneByOne.Execute(command))), inRows.Pipeline(row), $"round {round}:\n{string.Join('\n', row.Select(command => string.Join(' ', command)))}");
        }
    }

    // Some ten on one container at a time, seldom something else between them.
    private static string[][] Row(Random random)
    {
        List<string[]> row = [];
        while (row.Count < InARow)
        {
            string key = random.GetItems(OnContainers, 1)[0][1];
            string[][] on = [.. OnContainers.Where(command => command[1] == key)];
            for (int i = random.Next(16); i >= 0; i--)
                row.Add(Named(random.Next(12) == 0 ? random.GetItems(OfAll, 1)[0] : random.GetItems(on, 1)[0], random.Next(Elements)));
        }

        return [.. row];
    }

    private static string[] Named(string[] command, int element) => [.. command.Select(word => word.Replace("{0}", element.ToString(CultureInfo.InvariantCulture)))];

    private static void Fill(params InProcessClient[] clients)
    {
        foreach (InProcessClient client in clients)
        {
            client.Execute("SELECT", "0");
            client.Execute("FLUSHALL");
            for (int i = 0; i < Elements; i++)
                client.Pipeline([["SADD", "set", $"{i}", $"x{i}"], ["HSET", "hash", $"{i}", $"value{i}"], ["ZADD", "zset", $"{i}", $"{i}"]]);
        }
    }
}
