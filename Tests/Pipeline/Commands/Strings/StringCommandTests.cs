using System.Globalization;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Commands.Strings;

/// <summary>String commands beside redis-server 7.0.15: every option, every error text.</summary>
[TestClass]
public class StringCommandTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Replies_are_those_of_redis_server(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        foreach (string script in new[] { Sets, Gets, Counters, Edits, Many, Lcs, Arity })
        {
            both.CheckInBothProtocols("DEL list\nLPUSH list x\n" + script);
        }
    }

    [TestMethod]
    public async Task Generated_commands_agree_with_redis_server()
    {
        await using SideBySide both = await SideBySide.StartAsync(shards: 3);
        Gen<string> key = Gen.Elements("a", "b", "c");
        Gen<string> value = Gen.Elements("", "0", "-1", "12", "9223372036854775807", "-9223372036854775808", "text", "3.5", "007", new string('x', 50), "\0\u00FF\r\n", "the quick brown fox jumps", "\u007F~ of twenty-four bytes\0", "sixteen and more\u00FF");
        Gen<string> number = Gen.Elements("0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808", "abc", "1.5", "");
        Gen<string> index = Gen.Choose(-60, 60).Select(n => n.ToString(CultureInfo.InvariantCulture));
        Gen<string> word = Gen.Elements("NX", "XX", "GET", "KEEPTTL", "EX", "PX", "EXAT", "PXAT", "PERSIST", "100", "200000", "4000000000", "4000000000000", "-1", "FOO");
        Gen<string[]> command = Gen.OneOf(
            Gen.CollectToArray(new[] { key, value }).SelectMany(two => Gen.ArrayOf(word, 3).Select(words => (string[])["SET", .. two, .. words])),
            Gen.CollectToArray(new[] { key, value }).SelectMany(two => Gen.ArrayOf(word, 2).Select(words => (string[])["SET", .. two, .. words])),
            key.SelectMany(k => Gen.ArrayOf(word, 2).Select(words => (string[])["GETEX", k, .. words])),
            Command("GET", key), Command("GETDEL", key), Command("STRLEN", key), Command("TTL", key), Command("EXPIRETIME", key),
            Command("SETNX", key, value), Command("GETSET", key, value), Command("APPEND", key, value),
            Command("SETEX", key, Gen.Elements("100", "0", "abc"), value),
            Command("INCR", key), Command("DECR", key), Command("INCRBY", key, number), Command("DECRBY", key, number),
            Command("GETRANGE", key, index, index), Command("SETRANGE", key, index, value),
            Command("MGET", key, key, key), Command("MSET", key, value, key, value), Command("MSETNX", key, value, key, value),
            Command("RENAME", key, key), Command("RENAMENX", key, key), Command("COPY", key, key), Command("COPY", key, key, Gen.Constant("REPLACE")),
            Command("DEL", key), Command("EXISTS", key, key),
            Command("LCS", key, key, Gen.Elements("LEN", "IDX")));
        ModelCheck.Run(command, commands =>
        {
            both.Check("FLUSHALL");
            foreach (string[] args in commands)
                both.Check(args);
        });
    }

    [TestMethod]
    public async Task Generated_floats_agree_with_redis_server()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        Gen<string> digits = Gen.ArrayOf(Gen.Elements('0', '1', '5', '9', '3'), 25).SelectMany(
            chars => Gen.Choose(1, 25).Select(length => new string(chars, 0, length)));
        Gen<string> sign = Gen.Elements("", "-", "+");
        Gen<string> exponent = Gen.Choose(-40, 40).Select(e => e == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"e{e}"));
        Gen<string> number = Gen.OneOf(
            Gen.CollectToArray(new[] { sign, digits, Gen.Constant("."), digits }).Select(string.Concat),
            Gen.CollectToArray(new[] { sign, digits, Gen.Constant("."), digits, exponent }).Select(string.Concat),
            Gen.CollectToArray(new[] { sign, digits, exponent }).Select(string.Concat),
            Gen.CollectToArray(new[] { sign, Gen.Constant("0x"), digits, Gen.Elements("", ".8", "p3", ".1p-70") }).Select(string.Concat),
            Gen.Elements("inf", "-Infinity", "nan", "1e4931", "-1.1e4932", "1e-4940", "4e-4951", "1e-5000", "1e5000", ".5", "5.", ".", "e5", "1e", "0x", "0x.p1", " 1", "1 "));
        ModelCheck.Run(number, numbers =>
        {
            both.Check("SET", "f", "0");
            foreach (string by in numbers)
            {
                both.Check("INCRBYFLOAT", "f", by);
                both.Check("SET", "g", by);
                both.Check("INCRBYFLOAT", "g", "0.1");
            }
        });
    }

    private static Gen<string[]> Command(string name, params Gen<string>[] args)
        => Gen.CollectToArray(args).Select(words => (string[])[name, .. words]);

    private const string Sets = """
        SET k v
        SET k v2 NX
        SET k v3 XX
        GET k
        SET k v4 NX GET
        SET k v5 XX GET
        SET missing v XX
        SET missing v XX GET
        SET list v GET
        SET list v NX
        SET list v XX GET
        SET k 007
        OBJECT ENCODING k
        SET k v EX 10 EX 20
        TTL k
        SET k v KEEPTTL
        TTL k
        SET k v
        TTL k
        SET k v EX abc NX XX
        SET k v EX abc
        SET k v EX 1.5
        SET k v EX 0
        SET k v PX -1
        SET k v EX
        SET k v EX 10 PX 10
        SET k v KEEPTTL EX 10
        SET k v EX 10 KEEPTTL
        SET k v NX XX
        SET k v FOO
        SET k v ex 9223372036854775807
        SET k v EXAT 9223372036854775
        SET k v EXAT 9223372036854776
        SET k v PXAT 9223372036854775807
        PEXPIRETIME k
        SET k v PX 9223372036854775807
        SET k v PXAT 1
        GET k
        SET k v EXAT 4000000000
        EXPIRETIME k
        SET k v PERSIST
        SETNX k w
        SETNX k2 w
        GET k2
        SETEX k 0 v
        SETEX k abc v
        SETEX k 100 v
        TTL k
        PSETEX k -1 v
        PSETEX k 100000 v
        SETEX list2 100 v
        GETSET k new
        TTL k
        GETSET k3 new
        GETSET list new
        DEL k k2 k3 list2
        """;

    private const string Gets = """
        GET nothing
        GET list
        SET s Hello-World
        STRLEN s
        STRLEN nothing
        STRLEN list
        GETRANGE s 0 4
        GETRANGE s -5 -1
        GETRANGE s -100 -50
        GETRANGE s 5 3
        GETRANGE s -1 -5
        GETRANGE s 0 100
        GETRANGE s 100 200
        GETRANGE nothing 0 -1
        GETRANGE list 0 -1
        GETRANGE s a 1
        GETRANGE s 0 b
        GETRANGE list a 1
        SUBSTR s 0 2
        GETRANGE s -9223372036854775808 9223372036854775807
        SET n -12345
        STRLEN n
        GETRANGE n 0 2
        SET n 9223372036854775807
        STRLEN n
        SET n -9223372036854775808
        STRLEN n
        SET n 0
        STRLEN n
        SET n ''
        STRLEN n
        GET n
        GETEX nothing EX abc
        GETEX s EX 1 PERSIST
        GETEX s PERSIST EX 1
        GETEX s EX 100 EX 200
        TTL s
        GETEX s PERSIST
        TTL s
        GETEX s KEEPTTL
        GETEX s NX
        GETEX s EX 0
        GETEX s PX abc
        GETEX s
        GETEX list EX 10
        GETEX list PX abc
        GETEX s EXAT 4000000000
        EXPIRETIME s
        GETEX s PXAT 1
        EXISTS s
        GETDEL s
        SET s v
        GETDEL s
        GETDEL list
        EXISTS s list
        DEL n
        """;

    private const string Counters = """
        INCR c
        INCR c
        DECR c
        INCRBY c 100
        DECRBY c 50
        GET c
        OBJECT ENCODING c
        INCRBY c abc
        INCRBY c 1.5
        INCRBY c 9223372036854775807
        INCRBY c -9223372036854775808
        INCRBY c -9223372036854775808
        DECRBY c -9223372036854775808
        DECRBY c 9223372036854775807
        DECRBY d 5
        SET c 9223372036854775807
        INCR c
        GET c
        SET c abc
        INCR c
        SET c 01
        INCR c
        SET c +1
        INCR c
        SET c ''
        INCR c
        INCR list
        INCRBYFLOAT list 1
        INCRBYFLOAT c 1
        SET f 10.50
        INCRBYFLOAT f 0.1
        INCRBYFLOAT f -5
        SET f 5.0e3
        INCRBYFLOAT f 2.0e2
        INCRBYFLOAT f abc
        INCRBYFLOAT f inf
        INCRBYFLOAT f -inf
        INCRBYFLOAT f nan
        INCRBYFLOAT f 0x10
        INCRBYFLOAT newf 3
        INCRBYFLOAT newf 3e-17
        GET newf
        EXPIRE newf 100
        INCRBYFLOAT newf 1
        TTL newf
        INCR newf
        DEL c d f newf
        """;

    private const string Edits = """
        APPEND a Hello
        APPEND a -World
        GET a
        APPEND a ''
        APPEND list x
        SET n 12
        APPEND n 3
        GET n
        INCR n
        APPEND newint 77
        INCR newint
        SETRANGE a 6 Redis
        GET a
        SETRANGE a 20 x
        GET a
        SETRANGE a -1 x
        SETRANGE a abc x
        SETRANGE a 536870912 x
        SETRANGE a 9223372036854775807 x
        SETRANGE a 0 ''
        SETRANGE nothing 5 ''
        EXISTS nothing
        SETRANGE nothing 3 x
        GET nothing
        SETRANGE list 0 x
        SETRANGE list 0 ''
        SETRANGE n 1 9
        GET n
        EXPIRE n 100
        SETRANGE n 10 z
        TTL n
        APPEND n tail
        TTL n
        GET n
        DEL a n newint nothing
        """;

    private const string Many = """
        MSET k1 v1 k2 v2 k3 3
        MGET k1 k2 k3 nothing list k1
        MSET k1 a k1 b
        GET k1
        MSET k1
        MSET k1 a k2
        MSETNX k1 a k2
        MSETNX k1 x k9 y
        EXISTS k9
        MSETNX k8 x k9 y k8 z
        MGET k8 k9
        MSET list v
        TYPE list
        EXPIRE k1 100
        MSET k1 v
        TTL k1
        DEL k1 k2 k3 k8 k9
        MGET k1
        """;

    private const string Lcs = """
        MSET lcs1 ohmytext lcs2 mynewtext lcs3 123456 lcs4 9923457
        LCS lcs1 lcs2
        LCS lcs1 lcs2 LEN
        LCS lcs1 lcs2 IDX
        LCS lcs1 lcs2 IDX WITHMATCHLEN
        LCS lcs1 lcs2 IDX MINMATCHLEN 4
        LCS lcs1 lcs2 IDX MINMATCHLEN 4 WITHMATCHLEN
        LCS lcs1 lcs2 IDX MINMATCHLEN -4
        LCS lcs1 lcs2 MINMATCHLEN abc
        LCS lcs1 lcs2 MINMATCHLEN
        LCS lcs1 lcs2 LEN IDX
        LCS lcs1 lcs2 FOO
        LCS lcs3 lcs4
        LCS lcs3 lcs4 IDX
        LCS lcs1 nothing
        LCS nothing nothing2 IDX
        LCS lcs1 list
        LCS list lcs1 FOO
        LCS lcs1 lcs1 IDX
        DEL lcs1 lcs2 lcs3 lcs4
        """;

    private const string Arity = """
        GET
        GET a b
        SET a
        SETEX a 1
        MGET
        INCR
        INCRBY a
        STRLEN
        APPEND a
        LCS a
        GETRANGE a 1
        GETEX
        GETDEL
        """;
}
