using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>Commands on keys of any type beside redis-server 7.0.15.</summary>
[TestClass]
public class GenericCommandTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Replies_are_those_of_redis_server(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        foreach (string script in new[] { Keys, Expiries, Moves, Databases, Objects, Sorting })
            both.CheckInBothProtocols("FLUSHALL\nSELECT 0\n" + script);
    }

    [TestMethod]
    public async Task Generated_patterns_match_as_in_redis_server()
    {
        await using SideBySide both = await SideBySide.StartAsync(shards: 2);
        string[] letters = ["a", "b", "c", "A", "*", "?", "[", "]", "^", "-", "\\", "\u00FF"];
        string[] keys = ["", .. letters, .. letters.SelectMany(a => letters.Select(b => a + b)), "abc", "aabb", "a-c", "a[b]", "*?[]", "abcabcabc"];
        foreach (string key in keys)
            both.Check("SET", key, "v");
        ModelCheck.Run(Gen.Elements([.. letters, "*", "*", "?", "[", "]", "-"]), pattern =>
        {
            string glob = string.Concat(pattern);
            string expected = Sorted(both.Theirs("KEYS", glob));
            Assert.AreEqual(expected, Sorted(both.Ours.Execute("KEYS", glob)), glob);
        }, count: 1500, lengthMax: 9);
    }

    private static string Sorted(string reply)
        => string.Join('\n', RespValue.Parse(Encoding.Latin1.GetBytes(reply)).Items.Select(item => Convert.ToHexString(item.Bytes.Span)).Order(StringComparer.Ordinal));

    private const string Sorting = """
        RPUSH l 3 1 2 10 -5 1.5
        SORT l
        SORT l DESC
        SORT l LIMIT 1 2
        SORT l LIMIT -1 2
        SORT l LIMIT 1 -1
        SORT l LIMIT 10 2
        SORT l LIMIT 0 0
        SORT l ALPHA
        SORT l ALPHA DESC LIMIT 0 3
        SORT l BY nosort
        SORT l BY nosort DESC
        SORT l BY w_*
        MSET w_3 1 w_1 2 w_2 3 w_10 -1 o_1 one o_2 two
        SORT l BY w_*
        SORT l BY w_* DESC GET # GET o_* GET nothing
        SORT l BY w_* GET o_*
        HSET h_1 weight 5 name first
        HSET h_2 weight 4 name second
        SORT l BY h_*->weight GET h_*->name GET #
        SORT l BY h_*->
        SORT l STORE target
        LRANGE target 0 -1
        SORT l BY w_* GET o_* STORE target
        LRANGE target 0 -1
        TYPE target
        SORT nothing STORE target
        EXISTS target
        RPUSH words b a c "" A
        SORT words
        SORT words ALPHA
        SORT words ALPHA DESC
        SADD s 3 1 2
        SORT s
        SORT s DESC LIMIT 0 2
        SORT s BY nosort STORE target
        LRANGE target 0 -1
        ZADD z 3 a 1 b 2 c
        SORT z ALPHA
        SORT z BY nosort
        SORT z BY nosort DESC
        SORT z BY nosort DESC LIMIT 0 2
        SORT z BY nosort LIMIT 1 1 GET # GET w_*
        SORT z
        SORT w_1
        SORT nothing
        SORT
        SORT l FOO
        SORT l LIMIT 1
        SORT l LIMIT a 1
        SORT l BY
        SORT l GET
        SORT l STORE
        SORT l STORE l
        LRANGE l 0 -1
        SORT_RO l DESC
        SORT_RO l STORE target
        COMMAND GETKEYS SORT a BY w_* STORE b
        RPUSH spaces " 1" 2
        SORT spaces
        """;

    private const string Keys = """
        MSET a 1 b 2 c 3
        DEL a nothing a
        DEL
        EXISTS a b b c nothing
        EXISTS
        UNLINK b b
        TOUCH b c c
        TOUCH
        TYPE c
        TYPE nothing
        LPUSH list x
        TYPE list
        DEL list c
        DBSIZE
        RANDOMKEY
        SET only v
        RANDOMKEY
        DBSIZE
        KEYS *
        KEYS o*y
        KEYS o?l?
        KEYS nothing
        KEYS
        SCAN 0
        SCAN 0 MATCH o* COUNT 100
        SCAN 0 COUNT 1000 TYPE string
        SCAN 0 COUNT 1000 TYPE list
        SCAN 0 COUNT 1000 TYPE foo
        SCAN 0 MATCH nothing COUNT 1000
        SCAN abc
        SCAN ''
        SCAN 1x
        SCAN 99999999999999999999
        SCAN 0 COUNT 0
        SCAN 0 COUNT -1
        SCAN 0 COUNT abc
        SCAN 0 FOO
        SCAN 0 FOO bar
        SCAN 0 MATCH
        SCAN 0 COUNT 10 MATCH
        """;

    private const string Expiries = """
        SET k v
        TTL k
        PTTL k
        EXPIRETIME k
        PEXPIRETIME k
        TTL nothing
        PTTL nothing
        EXPIRETIME nothing
        PEXPIRETIME nothing
        PERSIST k
        PERSIST nothing
        EXPIRE nothing 10
        EXPIRE k 100
        TTL k
        PERSIST k
        TTL k
        EXPIREAT k 4000000000
        EXPIRETIME k
        PEXPIRETIME k
        PEXPIREAT k 4000000000500
        EXPIRETIME k
        PEXPIREAT k 4000000000499
        EXPIRETIME k
        PEXPIRE k 100000
        TTL k
        EXPIRE k 100 NX
        EXPIRE k 50 XX
        TTL k
        EXPIRE k 40 GT
        EXPIRE k 60 GT
        EXPIRE k 70 LT
        EXPIRE k 30 LT
        TTL k
        EXPIRE k 20 XX LT
        EXPIRE k 15 XX GT
        PERSIST k
        EXPIRE k 10 XX
        EXPIRE k 5 GT
        EXPIRE k 25 LT
        TTL k
        PERSIST k
        EXPIRE k 10 NX
        EXPIRE k 10 NX XX
        EXPIRE k 10 NX GT
        EXPIRE k 10 GT LT
        EXPIRE k 10 nx nx
        EXPIRE k abc FOO
        EXPIRE k 10 foo
        EXPIRE k abc
        EXPIRE k 9223372036854775807
        EXPIRE k -9223372036854775808
        EXPIRE k 9223372036854775
        PEXPIRE k 9223372036854775807
        EXPIREAT k 9223372036854775807
        PEXPIREAT k 9223372036854775807
        PEXPIRETIME k
        EXPIRE k
        EXPIRE k -1
        EXISTS k
        SET k v
        EXPIREAT k 1
        EXISTS k
        SET k v
        PEXPIREAT k 0
        EXISTS k
        SET k v
        EXPIRE k 0
        EXISTS k
        """;

    private const string Moves = """
        SET a 1
        RENAME a b
        EXISTS a
        GET b
        RENAME nothing b
        RENAME nothing nothing
        RENAME b b
        GET b
        SET c 2
        RENAMENX b c
        RENAMENX b b
        RENAMENX nothing b
        RENAMENX b d
        GET d
        EXPIRE d 100
        RENAME d c
        GET c
        TTL c
        SET e 3
        RENAME e c
        TTL c
        COPY c f
        COPY c f
        SET c 9
        COPY c f REPLACE
        GET f
        EXPIRE c 100
        COPY c f REPLACE
        TTL f
        COPY nothing f
        COPY c c
        COPY c c REPLACE
        COPY c g DB 1
        COPY c c DB 1
        COPY c c DB 0
        COPY c g DB 99
        COPY c g DB -1
        COPY c g DB abc
        COPY c g DB 99999999999
        COPY c g DB
        COPY c g FOO
        COPY c g REPLACE DB 1 FOO
        LPUSH list x y z
        COPY list list2
        RENAME list list3
        LRANGE list2 0 -1
        LRANGE list3 0 -1
        EXISTS list
        MOVE c 1
        MOVE c 0
        MOVE c 99
        MOVE c -1
        MOVE c abc
        MOVE nothing 1
        DEL c
        SELECT 1
        GET g
        GET c
        TTL c
        MOVE c 2
        EXISTS c
        SELECT 2
        GET c
        TTL c
        """;

    private const string Databases = """
        MSET a 1 b 2
        SELECT 1
        MSET c 3
        DBSIZE
        SWAPDB 0 1
        DBSIZE
        MGET a b c
        SELECT 0
        MGET a b c
        SWAPDB 0 0
        SWAPDB a 1
        SWAPDB 1 a
        SWAPDB 1 99
        SWAPDB -1 1
        SWAPDB 99999999999 1
        SWAPDB 1
        FLUSHDB FOO
        FLUSHDB SYNC ASYNC
        FLUSHALL FOO
        FLUSHDB
        DBSIZE
        SELECT 1
        DBSIZE
        FLUSHDB ASYNC
        DBSIZE
        SET a 1
        SELECT 0
        FLUSHALL SYNC
        SELECT 1
        DBSIZE
        """;

    private const string Objects = """
        SET n 12345
        OBJECT ENCODING n
        OBJECT REFCOUNT n
        SET n 10000
        OBJECT REFCOUNT n
        SET n 9999
        OBJECT REFCOUNT n
        SET s 12345678901234567890123456789012345678901234
        OBJECT ENCODING s
        SET s 123456789012345678901234567890123456789012345
        OBJECT ENCODING s
        SET s 123456789012345678901
        OBJECT ENCODING s
        OBJECT ENCODING nothing
        OBJECT FREQ nothing
        OBJECT FREQ s
        OBJECT IDLETIME s
        OBJECT IDLETIME nothing
        OBJECT REFCOUNT s
        OBJECT REFCOUNT nothing
        OBJECT FOO s
        OBJECT ENCODING
        OBJECT ENCODING a b
        OBJECT
        """;
}
