using DragonflyFlow.Tests.Support;

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
