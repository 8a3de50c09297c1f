using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Storage.Keyspaces;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>
/// The events that changes are reported with, by the names of Redis's keyspace notifications; what changes nothing reports nothing; and every key that is
/// changed has been shown to observers before.
/// </summary>
[TestClass]
public class KeyEventTests
{
    // Each row begins with: n = 5, s = "text", e = "v" expiring in 100 s, l = a list. "-" is no event.
    private const string Table = """
        GET s                           | -
        SET x v                         | 0:x String set
        SET s v EX 10                   | 0:s String set; 0:s Generic expire
        SET s v NX                      | -
        SET x v XX                      | -
        SETNX s v                       | -
        SETNX x v                       | 0:x String set
        SETEX x 10 v                    | 0:x String set; 0:x Generic expire
        PSETEX x 10 v                   | 0:x String set; 0:x Generic expire
        GETSET s v                      | 0:s String set
        GETDEL s                        | 0:s Generic del
        GETDEL x                        | -
        GETEX s                         | -
        GETEX s EX 10                   | 0:s Generic expire
        GETEX s PERSIST                 | -
        GETEX e PERSIST                 | 0:e Generic persist
        GETEX s PXAT 1                  | 0:s Generic del
        APPEND s x                      | 0:s String append
        SETRANGE s 1 x                  | 0:s String setrange
        SETRANGE s 1 ''                 | -
        INCR n                          | 0:n String incrby
        DECRBY n 2                      | 0:n String incrby
        INCR s                          | -
        INCRBYFLOAT n 0.5               | 0:n String incrbyfloat
        MSET x 1 s 2                    | 0:x String set; 0:s String set
        MSETNX x 1 s 2                  | -
        MSETNX x 1 y 2                  | 0:x String set; 0:y String set
        SETBIT s 0 1                    | 0:s String setbit
        SETBIT s 0 0                    | -
        SETBIT x 0 0                    | 0:x String setbit
        BITOP AND x s n                 | 0:x String set
        BITOP AND s x y                 | 0:s Generic del
        BITOP AND x y z                 | -
        BITFIELD s SET u8 0 1           | 0:s String setbit
        BITFIELD s GET u8 0             | -
        BITFIELD s INCRBY u8 0 0        | -
        PFADD x a                       | 0:x String pfadd
        PFADD x                         | 0:x String pfadd
        PFMERGE x y                     | 0:x String pfadd
        PFCOUNT x                       | -
        DEL s x n                       | 0:s Generic del; 0:n Generic del
        UNLINK s                        | 0:s Generic del
        EXPIRE s 10                     | 0:s Generic expire
        EXPIRE x 10                     | -
        EXPIRE s 10 XX                  | -
        EXPIRE s -1                     | 0:s Generic del
        PERSIST e                       | 0:e Generic persist
        PERSIST s                       | -
        RENAME s x                      | 0:s Generic rename_from; 0:x Generic rename_to
        RENAME s n                      | 0:s Generic rename_from; 0:n Generic rename_to
        RENAME s s                      | -
        RENAMENX s n                    | -
        COPY s x                        | 0:x Generic copy_to
        COPY l x DB 1                   | 1:x Generic copy_to
        COPY s n                        | -
        COPY s n REPLACE                | 0:n Generic copy_to
        MOVE s 1                        | 0:s Generic move_from; 1:s Generic move_to
        MOVE x 1                        | -
        TOUCH s                         | -
        TTL e                           | -
        OBJECT ENCODING s               | -
        """;

    public static IEnumerable<object[]> Rows => Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(row => row.Split('|', StringSplitOptions.TrimEntries)).Select(row => new object[] { row[0], row[1] });

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void Reports(string command, string events)
    {
        foreach (int shards in new[] { 1, 3 })
        {
            using InProcessClient client = new(shards);
            foreach (string line in new[] { "SET n 5", "SET s text", "SET e v EX 100", "LPUSH l x" })
                client.Line(line);
            string[] before = [.. client.Ask("KEYS", "*").Items.Select(key => key.Text)];
            ChangeLog log = new();
            foreach (ShardBlock shard in client.Engine.Shards)
                shard.Keyspace.Observe(log);
            client.Line(command);
            foreach (string change in log.Events)
            {
                string key = change[2..change.IndexOf(' ', StringComparison.Ordinal)];
                Assert.IsTrue(change[0] != '0' || !before.Contains(key) || log.Shown.Contains($"0:{key}"), $"{change}, but its old content was not shown");
            }

            Assert.AreEqual(ByShard(client.Engine, events == "-" ? "" : events), ByShard(client.Engine, log.Take()), $"{command} on {shards} shards");
        }
    }

    // A command in parts (VLL) changes the keys of each shard in their order.
    private static string ByShard(StoreEngine engine, string events) => string.Join("; ", events.Split("; ").OrderBy(change => change.Length == 0 ? 0 : ShardOf(engine, change[2..change.IndexOf(' ', StringComparison.Ordinal)])));

    private static int ShardOf(StoreEngine engine, string key) => KeyHash.ShardOf(KeyHash.Of(System.Text.Encoding.ASCII.GetBytes(key)), engine.Shards.Length);
}
