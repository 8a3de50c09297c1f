using System.Globalization;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Commands on sorted sets to be run here and on redis-server.</summary>
internal static class SortedSetScripts
{
    private static readonly string[] Keys = ["z1", "z2", "z3"];

    /// <summary>Every way of being refused.</summary>
    internal static IEnumerable<string[]> Errors()
    {
        string[] lines =
        [
            "SET s v", "ZADD z 1 a 2 b 3 c", "ZADD s 1 a", "ZCARD s", "ZSCORE s a", "ZMSCORE s a", "ZRANK s a", "ZREVRANK s a",
            "ZCOUNT s 0 1", "ZLEXCOUNT s - +", "ZINCRBY s 1 a", "ZREM s a", "ZREMRANGEBYRANK s 0 1", "ZREMRANGEBYSCORE s 0 1",
            "ZREMRANGEBYLEX s - +", "ZPOPMIN s", "ZPOPMAX s 0", "ZMPOP 1 s MIN", "ZMPOP 2 none s MIN", "ZRANDMEMBER s", "ZRANDMEMBER s 1",
            "ZRANGE s 0 1", "ZREVRANGE s 0 1", "ZRANGEBYSCORE s 0 1", "ZRANGEBYLEX s - +", "ZSCAN s 0", "ZRANGESTORE d s 0 1",
            "ZRANGESTORE s z 0 1", "GET s", "SET s v", "ZUNION 1 s", "ZINTER 2 z s", "ZDIFF 2 z s", "ZUNIONSTORE d 1 s",
            "ZINTERCARD 2 z s", "GET z", "ZADD z", "ZADD z 1", "ZADD z 1 a 2", "ZADD z x a", "ZADD z 1 a x b", "ZADD z nan a", "ZADD z NX",
            "ZADD z NX 1", "ZADD z NX XX 1 a", "ZADD z GT LT 1 a", "ZADD z GT NX 1 a", "ZADD z NX LT 1 a", "ZADD z INCR 1 a 2 b",
            "ZADD z FOO 1 a", "ZADD z 1 a NX", "ZADD z XX NX GT x", "ZADD z NX XX 1 a 2", "ZADD none XX INCR 1 a", "ZADD none XX 1 a",
            "ZADD none NX XX x a", "ZADD s x a", "ZADD z 1e400 a", "ZADD z -1e400 a", "ZADD z 1e-400 a", "ZADD z (1 a", "ZADD z 1x a",
            "ZADD z +5 plus", "ZADD z 5. dot", "ZADD z .5 half", "ZADD z 1e3 exp", "ZADD z 1E-3 small",
            "ZADD z +inf pi -inf mi inf i Infinity j -INFINITY k", "ZRANGE z 0 -1 WITHSCORES", "ZADD z 0e5 zero -0 minus", "ZSCORE z zero",
            "ZSCORE z minus",
            "ZADD z 0.1 t 0.30000000000000004 u 123456789012345680 v 1e21 w 12345678901234567890 x 1e100 y 3.14159265358979 pi2",
            "ZRANGE z 0 -1 WITHSCORES", "ZINCRBY z inf pi", "ZINCRBY z -inf pi", "ZADD z INCR -inf pi", "ZINCRBY z x a", "ZINCRBY z nan a",
            "ZINCRBY z 1", "ZSCORE z pi", "ZREMRANGEBYRANK z 0 -1", "ZADD z 1 a 2 b 3 c", "ZRANK z", "ZRANK none a", "ZREVRANK none a", "ZCOUNT z x 1",
            "ZCOUNT z 1 x", "ZCOUNT none x 1", "ZCOUNT z nan 1", "ZCOUNT z (x 1", "ZCOUNT z ((1 2", "ZCOUNT z ( 1", "ZLEXCOUNT z a b",
            "ZLEXCOUNT z [a b", "ZLEXCOUNT z -x +", "ZLEXCOUNT z - ++", "ZLEXCOUNT none a b", "ZRANGE z x 1", "ZRANGE z 0 x",
            "ZRANGE z 0 1 FOO", "ZRANGE z 0 1 LIMIT 0 1", "ZRANGE z 0 1 LIMIT 0 -1", "ZRANGE z 0 1 LIMIT 0",
            "ZRANGE z 0 1 BYSCORE LIMIT x 1", "ZRANGE z 0 1 BYSCORE LIMIT 0 x", "ZRANGE z - + BYLEX WITHSCORES", "ZRANGE z x 1 BYSCORE",
            "ZRANGE z x 1 BYLEX", "ZRANGE z 0 1 BYSCORE BYLEX", "ZRANGE z 0 1 BYSCORE BYSCORE", "ZRANGE z 0 1 REV REV", "ZRANGE none x 1",
            "ZRANGE s x 1", "ZREVRANGE z 0 1 REV", "ZREVRANGE z 0 1 BYSCORE", "ZREVRANGE z 0 1 LIMIT 0 1", "ZRANGEBYSCORE z x 1",
            "ZRANGEBYSCORE z 0 1 REV", "ZRANGEBYSCORE z 0 1 BYLEX", "ZRANGEBYSCORE z 0 1 LIMIT 1", "ZRANGEBYLEX z a b",
            "ZRANGEBYLEX z - + WITHSCORES", "ZREVRANGEBYLEX z + - REV", "ZRANGESTORE d z 0 1 WITHSCORES", "ZRANGESTORE d z x 1",
            "ZRANGESTORE d z 0", "ZRANGESTORE d z 0 1 LIMIT 0 1", "ZREMRANGEBYRANK z x 1", "ZREMRANGEBYRANK z 0 x",
            "ZREMRANGEBYSCORE z x 1", "ZREMRANGEBYSCORE z 0 1 LIMIT 0 1", "ZREMRANGEBYLEX z a b", "ZREMRANGEBYRANK none x 1",
            "ZREMRANGEBYLEX none a b", "ZPOPMIN z 1 2", "ZPOPMIN z -1", "ZPOPMIN z x", "ZPOPMAX none -1", "ZMPOP 0 z MIN", "ZMPOP x z MIN",
            "ZMPOP 1 z UP", "ZMPOP 2 z MIN", "ZMPOP 1 z MIN COUNT", "ZMPOP 1 z MIN COUNT 0", "ZMPOP 1 z MIN COUNT x",
            "ZMPOP 1 z MIN COUNT 1 COUNT 2", "ZMPOP 1 z MIN FOO 1", "ZMPOP 1 z", "ZRANDMEMBER z x", "ZRANDMEMBER z 1 FOO",
            "ZRANDMEMBER z 1 WITHSCORES 1", "ZRANDMEMBER z 9223372036854775807 WITHSCORES", "ZRANDMEMBER z -9223372036854775808",
            "ZRANDMEMBER none x", "ZSCAN z x", "ZSCAN none x", "ZSCAN z 0 COUNT 0", "ZSCAN z 0 COUNT x", "ZSCAN z 0 MATCH",
            "ZSCAN z 0 FOO 1", "ZSCAN none 0 FOO", "ZUNION 0 z", "ZUNION x z", "ZUNION 2 z", "ZUNION -1 z", "ZUNIONSTORE d 0 z",
            "ZINTERCARD 0 z", "ZDIFFSTORE d 0 z", "ZUNION 1 z WEIGHTS", "ZUNION 1 z WEIGHTS x", "ZUNION 1 z WEIGHTS 1 2",
            "ZUNION 2 z z WEIGHTS 1", "ZUNION 1 z AGGREGATE", "ZUNION 1 z AGGREGATE FOO", "ZUNION 1 z FOO", "ZUNIONSTORE d 1 z WITHSCORES",
            "ZDIFF 1 z WEIGHTS 1", "ZDIFF 1 z AGGREGATE SUM", "ZDIFFSTORE d 1 z WITHSCORES", "ZINTERCARD 1 z WITHSCORES",
            "ZINTERCARD 1 z LIMIT", "ZINTERCARD 1 z LIMIT -1", "ZINTERCARD 1 z LIMIT x", "ZINTERCARD 1 z WEIGHTS 1",
            "ZUNION 1 s WEIGHTS x", "ZINTER 1 z LIMIT 1", "ZRANGE z 0 -1 WITHSCORES",
        ];
        return lines.Select(line => line.Split(' '));
    }

    /// <summary>What each command does, small and big.</summary>
    internal static IEnumerable<string[]> Semantics()
    {
        string[] lines =
        [
            "ZADD z 1 a 2 b", "ZADD z 1 a 3 b 4 c", "ZADD z CH 1 a 4 b 5 d", "ZADD z NX 9 a 6 e", "ZADD z XX 9 a 6 f",
            "ZADD z XX CH 8 a 6 f", "ZADD z GT 7 a 10 b", "ZADD z LT 7 a 11 b", "ZADD z GT CH 7 a 10 b 1 new",
            "ZADD z LT CH 9 a 1 b 1 other", "ZADD z INCR 5 a", "ZADD z NX INCR 5 a", "ZADD z XX INCR 5 none", "ZADD z GT INCR -1 a",
            "ZADD z LT INCR 1 a", "ZADD z GT INCR 1 a", "ZADD z INCR 0 a", "ZADD z INCR 2.5 fresh", "ZADD z CH INCR 1 fresh",
            "ZADD z nx ch 1 lower", "ZRANGE z 0 -1 WITHSCORES", "ZCARD z", "ZCARD none", "ZINCRBY z 0.5 a", "ZINCRBY z -100 b",
            "ZINCRBY z 1 zed", "ZSCORE z a", "ZSCORE z none", "ZSCORE none a", "ZMSCORE z a none b", "ZMSCORE none a b", "ZRANK z a",
            "ZREVRANK z a", "ZRANK z b", "ZREVRANK z b", "ZRANK z none", "ZREVRANK z none", "ZRANGE z 0 -1", "ZREVRANGE z 0 -1 WITHSCORES",
            "ZRANGE z 1 3", "ZRANGE z -3 -2", "ZRANGE z 5 2", "ZRANGE z 100 200", "ZRANGE z -100 1", "ZRANGE z 0 -100", "ZRANGE none 0 -1",
            "ZRANGE z 1 2 REV", "ZREVRANGE z 1 2", "ZRANGE z 0 2 REV WITHSCORES", "ZCOUNT z -inf +inf", "ZCOUNT z 1 5", "ZCOUNT z (1 5",
            "ZCOUNT z 1 (5", "ZCOUNT z (1 (5", "ZCOUNT z 5 1", "ZCOUNT z inf -inf", "ZCOUNT none 0 1", "ZRANGEBYSCORE z -inf +inf",
            "ZRANGEBYSCORE z (1 5 WITHSCORES", "ZRANGEBYSCORE z 1 5 LIMIT 1 2", "ZRANGEBYSCORE z 1 5 WITHSCORES LIMIT 1 -1",
            "ZRANGEBYSCORE z 1 5 LIMIT 100 1", "ZRANGEBYSCORE z 1 5 LIMIT -1 10", "ZRANGEBYSCORE z 1 5 LIMIT 0 0",
            "ZRANGEBYSCORE none 1 5", "ZRANGEBYSCORE z 5 1", "ZREVRANGEBYSCORE z 5 1", "ZREVRANGEBYSCORE z +inf (1 WITHSCORES",
            "ZREVRANGEBYSCORE z 5 1 LIMIT 1 2", "ZREVRANGEBYSCORE z 1 5", "ZRANGE z (1 5 BYSCORE", "ZRANGE z 5 (1 BYSCORE REV",
            "ZRANGE z 1 5 BYSCORE REV", "ZRANGE z -inf +inf BYSCORE LIMIT 2 3 WITHSCORES", "ZADD lex 0 a 0 b 0 c 0 d 0 aa 0 ba 0 e",
            "ZRANGEBYLEX lex - +", "ZRANGEBYLEX lex [b +", "ZRANGEBYLEX lex (b +", "ZRANGEBYLEX lex - [c", "ZRANGEBYLEX lex - (c",
            "ZRANGEBYLEX lex (a (d", "ZRANGEBYLEX lex + -", "ZRANGEBYLEX lex - + LIMIT 2 2", "ZREVRANGEBYLEX lex + -",
            "ZREVRANGEBYLEX lex [d (a LIMIT 1 10", "ZRANGE lex [a [c BYLEX", "ZRANGE lex [c [a BYLEX REV",
            "ZRANGE lex + - BYLEX REV LIMIT 1 2", "ZRANGEBYLEX lex [ [b", "ZRANGEBYLEX lex ( +", "ZLEXCOUNT lex - +",
            "ZLEXCOUNT lex [b (d", "ZLEXCOUNT lex + -", "ZLEXCOUNT lex [zz +", "ZLEXCOUNT none - +", "ZREMRANGEBYLEX lex [b (c",
            "ZREMRANGEBYLEX lex [x [z", "ZRANGE lex 0 -1", "ZREMRANGEBYLEX lex - +", "ZCARD lex", "ZREMRANGEBYRANK z 0 1",
            "ZREMRANGEBYRANK z -1 -1", "ZREMRANGEBYRANK z 50 60", "ZREMRANGEBYRANK none 0 1", "ZREMRANGEBYSCORE z (1 3",
            "ZREMRANGEBYSCORE none 0 1", "ZREMRANGEBYSCORE z 1000 2000", "ZRANGE z 0 -1 WITHSCORES", "ZREM z a none b a", "ZREM none a",
            "ZREM z none", "ZADD z 1 a 2 b 3 c 4 d 5 e", "ZPOPMIN z", "ZPOPMAX z", "ZPOPMIN z 2", "ZPOPMAX z 2", "ZPOPMIN z 0",
            "ZPOPMIN none", "ZPOPMAX none 3", "ZPOPMIN none 0", "ZADD z 1 a 2 b 3 c 4 d 5 e", "ZMPOP 2 none z MIN",
            "ZMPOP 2 none z MAX COUNT 2", "ZMPOP 2 none none2 MIN", "zmpop 1 z min count 100", "ZCARD z", "ZRANDMEMBER none",
            "ZRANDMEMBER none 2", "ZRANDMEMBER none 2 WITHSCORES", "ZADD one 1.5 only", "ZRANDMEMBER one", "ZRANDMEMBER one 5",
            "ZRANDMEMBER one -3", "ZRANDMEMBER one 2 WITHSCORES", "ZRANDMEMBER one -2 WITHSCORES", "ZRANDMEMBER one 0", "ZSCAN one 0",
            "ZSCAN one 0 MATCH o* COUNT 5", "ZSCAN one 0 MATCH x*", "ZSCAN none 0", "ZSCAN one 17", "ZADD u 1 a 2 b 3 c",
            "ZADD v 10 b 20 c 30 d", "ZADD w 100 c 200 e inf i", "ZUNION 3 u v w", "ZUNION 3 u v w WITHSCORES",
            "ZUNION 2 u v WEIGHTS 2 0.5 WITHSCORES", "ZUNION 2 u v AGGREGATE MIN WITHSCORES", "ZUNION 2 u v AGGREGATE MAX WITHSCORES",
            "ZUNION 2 u v AGGREGATE SUM WEIGHTS 1 -1 WITHSCORES", "ZUNION 2 u none WITHSCORES", "ZUNION 2 none none",
            "ZUNION 2 u u WITHSCORES", "ZINTER 2 u v", "ZINTER 3 u v w WITHSCORES", "ZINTER 2 u v WEIGHTS 3 4 AGGREGATE MAX WITHSCORES",
            "ZINTER 2 u none", "ZINTER 1 u WITHSCORES", "ZINTER 2 u u WEIGHTS 1 2 WITHSCORES", "ZDIFF 2 u v", "ZDIFF 3 u v w WITHSCORES",
            "ZDIFF 2 none u", "ZDIFF 2 u none WITHSCORES", "ZDIFF 1 u", "ZDIFF 2 u u", "ZINTERCARD 2 u v", "ZINTERCARD 2 u v LIMIT 1",
            "ZINTERCARD 2 u v LIMIT 0", "ZINTERCARD 2 u none", "ZINTERCARD 1 w LIMIT 2", "ZUNION 2 w w WEIGHTS 1 -1 WITHSCORES",
            "ZUNION 1 w WEIGHTS 0 WITHSCORES", "ZINTER 2 w w WEIGHTS inf -inf WITHSCORES", "ZUNIONSTORE dst 2 u v",
            "ZRANGE dst 0 -1 WITHSCORES", "ZINTERSTORE dst 2 u v WEIGHTS 2 3 AGGREGATE MIN", "ZRANGE dst 0 -1 WITHSCORES",
            "ZDIFFSTORE dst 2 u v", "ZRANGE dst 0 -1 WITHSCORES", "ZUNIONSTORE u 2 u v", "ZRANGE u 0 -1 WITHSCORES",
            "ZINTERSTORE dst 2 u none", "ZCARD dst", "ZDIFFSTORE u 2 u u", "ZCARD u", "SET str x", "ZUNIONSTORE str 1 v",
            "ZRANGE str 0 -1 WITHSCORES", "ZRANGESTORE dst v 0 1", "ZRANGE dst 0 -1 WITHSCORES",
            "ZRANGESTORE dst v (10 +inf BYSCORE LIMIT 0 1", "ZRANGE dst 0 -1 WITHSCORES", "ZRANGESTORE dst v 0 0 REV",
            "ZRANGE dst 0 -1 WITHSCORES", "ZRANGESTORE v v 1 -1", "ZRANGE v 0 -1 WITHSCORES", "ZRANGESTORE dst none 0 -1", "ZCARD dst",
            "ZRANGESTORE dst v 5 6", "ZRANGESTORE str v - + BYLEX", "ZRANGE str 0 -1",
        ];
        return lines.Select(line => line.Split(' ')).Concat(Big());
    }

    /// <summary>Random commands over few keys and members, so that sets grow over the border of the small form.</summary>
    internal static IEnumerable<string[]> Random(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
            yield return One(random);
    }

    private static string[] One(Random random)
    {
        string key = random.GetItems(Keys, 1)[0];
        string other = random.GetItems(Keys, 1)[0];
        string low = Bound(random);
        string high = Bound(random);
        string rank = Text(random.Next(-40, 200));
        return random.Next(24) switch
        {
            < 6 => ["ZADD", key, .. Options(random), .. Pairs(random)],
            6 => ["ZADD", key, "INCR", Score(random), Member(random)],
            7 => ["ZINCRBY", key, Score(random), Member(random)],
            8 => ["ZREM", key, Member(random), Member(random)],
            9 => [random.Next(2) == 0 ? "ZRANK" : "ZREVRANK", key, Member(random)],
            10 => ["ZMSCORE", key, Member(random), Member(random)],
            11 => ["ZCOUNT", key, low, high],
            12 => ["ZRANGE", key, rank, Text(random.Next(-40, 200)), "WITHSCORES"],
            13 => ["ZREVRANGE", key, rank, Text(random.Next(-40, 200))],
            14 => ["ZRANGEBYSCORE", key, low, high, "LIMIT", Text(random.Next(20)), Text(random.Next(-1, 30))],
            15 => ["ZREVRANGEBYSCORE", key, low, high, "WITHSCORES"],
            16 when random.Next(6) == 0 => ["ZREMRANGEBYSCORE", key, low, high],
            17 when random.Next(4) == 0 => ["ZREMRANGEBYRANK", key, rank, Text(random.Next(-40, 200))],
            18 => [random.Next(2) == 0 ? "ZPOPMIN" : "ZPOPMAX", key, Text(random.Next(4))],
            19 => ["ZINTERCARD", "2", key, other],
            20 => [random.Next(2) == 0 ? "ZUNION" : "ZINTER", "2", key, other, "WEIGHTS", "2", "-0.5", "WITHSCORES"],
            21 when random.Next(4) == 0 => ["ZDIFFSTORE", key, "2", other, "z4"],
            22 => ["ZRANGESTORE", "z4", key, low, high, "BYSCORE"],
            _ => ["ZCARD", key],
        };
    }

    private static IEnumerable<string[]> Big()
    {
        for (int i = 0; i < 300; i++)
            yield return ["ZADD", "big", .. Enumerable.Range(0, 10).SelectMany(n => new[] { Text(((i * 10) + n) * 7919 % 1000), $"member-{(i * 10) + n}" })];
        for (int i = 0; i < 500; i++)
            yield return ["ZADD", "lexbig", "0", $"key:{i * 7919 % 500}"];
        yield return ["ZRANGE", "big", "0", "-1", "WITHSCORES"];
        yield return ["ZREVRANGE", "big", "1000", "1020", "WITHSCORES"];
        yield return ["ZRANGEBYLEX", "lexbig", "[key:10", "(key:200"];
        yield return ["ZREVRANGEBYLEX", "lexbig", "[key:3", "-", "LIMIT", "5", "7"];
        yield return ["ZLEXCOUNT", "lexbig", "(key:1", "[key:49"];
        yield return ["ZREMRANGEBYLEX", "lexbig", "[key:2", "[key:3"];
        yield return ["ZRANGE", "lexbig", "0", "-1"];
        yield return ["ZCOUNT", "big", "(100", "200"];
        yield return ["ZREMRANGEBYSCORE", "big", "(100", "200"];
        yield return ["ZREMRANGEBYRANK", "big", "-50", "-1"];
        yield return ["ZPOPMIN", "big", "15"];
        yield return ["ZPOPMAX", "big", "15"];
        yield return ["ZUNIONSTORE", "bigger", "2", "big", "lexbig", "WEIGHTS", "1", "2"];
        yield return ["ZRANGE", "bigger", "0", "-1", "WITHSCORES"];
        yield return ["ZINTERSTORE", "smaller", "2", "big", "bigger", "AGGREGATE", "MAX"];
        yield return ["ZRANGE", "smaller", "0", "-1", "WITHSCORES"];
        yield return ["ZADD", "big", "1", new string('x', 1000)];
        yield return ["ZRANK", "big", new string('x', 1000)];
        yield return ["ZREMRANGEBYRANK", "big", "0", "-1"];
        yield return ["ZCARD", "big"];
    }

    private static string[] Options(Random random) => random.Next(8) switch
    {
        0 => ["NX"],
        1 => ["XX", "CH"],
        2 => ["GT"],
        3 => ["LT", "CH"],
        _ => [],
    };

    private static string[] Pairs(Random random)
        => [.. Enumerable.Range(0, random.Next(1, 8)).SelectMany(_ => new[] { Score(random), Member(random) })];

    private static string Score(Random random) => Text(random.Next(-20, 21) * (random.Next(3) == 0 ? 0.25 : 1));

    private static string Member(Random random) => $"m{random.Next(150)}";

    private static string Bound(Random random) => random.Next(8) switch
    {
        0 => "-inf",
        1 => "+inf",
        < 5 => $"({Score(random)}",
        _ => Score(random),
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
