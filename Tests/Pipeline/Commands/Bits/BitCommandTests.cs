using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Commands.Bits;

/// <summary>Commands on bits beside redis-server 7.0.15: scripts for options and errors, generated commands for the arithmetic.</summary>
[TestClass]
public class BitCommandTests
{
    private const string Script = """
        DEL list s t u n f
        LPUSH list x
        SETBIT s 7 1
        SETBIT s 7 0
        GET s
        SETBIT s 100 1
        GETBIT s 100
        GETBIT s 99
        GETBIT s 100000
        GETBIT nothing 0
        GETBIT list 0
        GETBIT s -1
        GETBIT s abc
        SETBIT s -1 1
        SETBIT s abc 1
        SETBIT s 1 2
        SETBIT s 1 abc
        SETBIT s 4294967296 1
        SETBIT s 9223372036854775807 1
        SETBIT list 0 1
        SET n 12
        GETBIT n 2
        SETBIT n 2 0
        GET n
        EXPIRE n 100
        SETBIT n 3 0
        TTL n
        SET s foobar
        BITCOUNT s
        BITCOUNT s 0 0
        BITCOUNT s 1 1
        BITCOUNT s 0 -1
        BITCOUNT s -3 -2
        BITCOUNT s -2 -3
        BITCOUNT s -100 -200
        BITCOUNT s 4 2
        BITCOUNT s 0 1000
        BITCOUNT s 1000 2000
        BITCOUNT s 5 30 BIT
        BITCOUNT s 5 30 byte
        BITCOUNT s -10 -1 bit
        BITCOUNT s 5 30 FOO
        BITCOUNT s 5
        BITCOUNT s 5 x
        BITCOUNT s x 5
        BITCOUNT s 1 2 BIT 3
        BITCOUNT nothing x
        BITCOUNT nothing
        BITCOUNT list
        BITCOUNT list x
        BITPOS s 1
        BITPOS s 0
        BITPOS s 1 2
        BITPOS s 1 2 -1
        BITPOS s 0 100
        BITPOS s 0 -100
        BITPOS s 0 -100 -200
        BITPOS s 1 0 -1 BIT
        BITPOS s 1 10 12 BIT
        BITPOS s 1 10 x BIT
        BITPOS s 1 x 12 FOO
        BITPOS s 1 1 12 FOO
        BITPOS s 1 1 12 BIT 4
        BITPOS s 2
        BITPOS s x
        BITPOS nothing 0
        BITPOS nothing 1
        BITPOS nothing 1 x
        BITPOS list 1
        SET s ''
        BITPOS s 0
        BITPOS s 1
        BITCOUNT s
        BITOP AND d s t
        EXISTS d
        SET t abc
        SET u 123456
        BITOP AND d t u
        BITOP OR d t u n
        BITOP XOR d t u t nothing
        BITOP NOT d u
        GET d
        BITOP NOT d u t
        BITOP NOT d nothing
        EXISTS d
        BITOP FOO d t
        BITOP AND d t list
        BITOP AND list t u
        TYPE list
        BITOP or t t u
        GET t
        EXPIRE t 100
        BITOP or t t u
        TTL t
        BITOP AND
        DEL d list
        LPUSH list x
        BITFIELD f
        BITFIELD nothing GET u8 0
        EXISTS nothing
        BITFIELD f SET u8 0 255 GET u8 0 INCRBY u8 0 1
        BITFIELD f SET i8 #1 -128 GET i8 8 GET u8 #1
        BITFIELD f OVERFLOW SAT INCRBY i8 8 -1 OVERFLOW FAIL INCRBY i8 8 -1 OVERFLOW WRAP INCRBY i8 8 -1
        BITFIELD f OVERFLOW FAIL SET u4 0 16 SET u4 0 -1 GET u4 0
        BITFIELD f OVERFLOW SAT SET u4 0 16 SET u4 4 -1 SET i4 8 8 SET i4 12 -9
        GET f
        BITFIELD f SET i64 3 -1 GET i64 3 INCRBY i64 3 9223372036854775807 INCRBY i64 3 9223372036854775807
        BITFIELD f OVERFLOW SAT INCRBY i64 3 9223372036854775807 INCRBY i64 3 -9223372036854775808 INCRBY i64 3 -9223372036854775808
        BITFIELD f SET u63 1 9223372036854775807 INCRBY u63 1 1 GET u1 70 GET i1 1
        BITFIELD f GET u64 0
        BITFIELD f GET u0 0
        BITFIELD f GET i65 0
        BITFIELD f GET x8 0
        BITFIELD f GET u 0
        BITFIELD f GET 8 0
        BITFIELD f GET u08 0
        BITFIELD f GET u8 -1
        BITFIELD f GET u8 #-1
        BITFIELD f GET u8 #
        BITFIELD f GET u8 abc
        BITFIELD f GET u8 4294967296
        BITFIELD f GET i64 #9223372036854775807
        BITFIELD f SET u8 0 abc
        BITFIELD f SET u8 0
        BITFIELD f GET u8
        BITFIELD f FOO u8 0
        BITFIELD f OVERFLOW FOO
        BITFIELD f OVERFLOW
        BITFIELD f OVERFLOW SAT
        BITFIELD f OVERFLOW SAT OVERFLOW FAIL INCRBY u2 0 9
        BITFIELD f GET u8 100000
        STRLEN f
        BITFIELD g OVERFLOW FAIL INCRBY u2 100 9
        STRLEN g
        BITFIELD list GET u8 0
        BITFIELD list SET u8 0 1
        BITFIELD list SET u8 0 x
        BITFIELD_RO f GET u8 0 GET i5 #2
        BITFIELD_RO f SET u8 0 1
        BITFIELD_RO f GET u8 0 INCRBY u8 0 1
        BITFIELD_RO f OVERFLOW SAT GET u8 0
        BITFIELD_RO list GET u8 0
        BITFIELD_RO nothing GET u8 0
        BITFIELD_RO nothing SET u8 0 x
        SET n 57
        BITFIELD n GET u8 0
        BITFIELD_RO n GET u8 8
        DEL list s t u n f g
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
    public async Task Generated_commands_agree_with_redis_server()
    {
        await using SideBySide both = await SideBySide.StartAsync(shards: 2);
        Gen<string> key = Gen.Elements("a", "b", "c");
        Gen<string> bit = Gen.Choose(0, 300).Select(n => n.ToString());
        Gen<string> index = Gen.Choose(-45, 45).Select(n => n.ToString());
        Gen<string> unit = Gen.Elements("BYTE", "BIT");
        Gen<string> type = Gen.Choose(1, 64).SelectMany(width => Gen.Elements(width == 64 ? "i64" : $"u{width}", $"i{width}"));
        Gen<string> nearNumber = Gen.Choose(-300, 300).Select(n => n.ToString());
        Gen<string> number = Gen.OneOf(
            Gen.Choose(-300, 300).Select(n => (long)n), Gen.Elements(long.MaxValue, long.MinValue, int.MaxValue, -1L, 1L << 62)).Select(n => n.ToString());
        Gen<string[]> command = Gen.OneOf(
            Command("SETBIT", key, bit, Gen.Elements("0", "1")),
            Command("SETRANGE", key, Gen.Choose(0, 40).Select(n => n.ToString()), Gen.Elements("\u00FF\u00FF\u00FF", "\0\0\0\0\0\0\0\0\0\0", "abc", "\u00FF")),
            Command("BITCOUNT", key, index, index, unit),
            Command("BITPOS", key, Gen.Elements("0", "1"), index, index, unit),
            Command("BITPOS", key, Gen.Elements("0", "1"), index),
            Command("BITPOS", key, Gen.Elements("0", "1")),
            Command("BITOP", Gen.Elements("AND", "OR", "XOR"), key, key, key, Gen.Elements("a", "nothing")),
            Command("BITOP", Gen.Constant("NOT"), key, key),
            Command("BITFIELD", key, Gen.Constant("OVERFLOW"), Gen.Elements("WRAP", "SAT", "FAIL"), Gen.Constant("INCRBY"), type, bit, number),
            Command("BITFIELD", key, Gen.Constant("OVERFLOW"), Gen.Elements("WRAP", "SAT", "FAIL"), Gen.Constant("SET"), type, bit, nearNumber),
            Command("BITFIELD_RO", key, Gen.Constant("GET"), type, Gen.Choose(0, 20).Select(n => $"#{n}")),
            Command("GET", key));
        ModelCheck.Run(command, commands =>
        {
            both.Check("FLUSHALL");
            foreach (string[] args in commands)
                both.Check(args);
        });
    }

    private static Gen<string[]> Command(string name, params Gen<string>[] args)
        => Gen.CollectToArray(args).Select(words => (string[])[name, .. words]);
}
