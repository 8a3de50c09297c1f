using System.Globalization;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Commands on sets to be run here and on redis-server.</summary>
internal static class SetScripts
{
    private static readonly string[] Keys = ["s1", "s2", "s3", "s4"];

    /// <summary>Every way of being refused.</summary>
    internal static IEnumerable<string[]> Errors()
    {
        string[] lines =
        [
            "SET str v", "SADD s 1 2 3", "SADD str 1", "SADD s", "SREM str 1", "SREM s", "SCARD str", "SISMEMBER str 1", "SISMEMBER s", "SMISMEMBER str 1",
            "SMISMEMBER s", "SMEMBERS str", "SMEMBERS", "SMOVE str s 1", "SMOVE s str 1", "SMOVE s str none", "SMOVE none str 1", "SMOVE s s2", "SPOP str",
            "SPOP str 1", "SPOP s -1", "SPOP s x", "SPOP s 1 2", "SPOP none -1", "SPOP none x", "SPOP none", "SPOP none 1", "SPOP none 0", "SPOP s 0",
            "SRANDMEMBER str", "SRANDMEMBER str 1", "SRANDMEMBER s x", "SRANDMEMBER none x", "SRANDMEMBER s 1 2", "SRANDMEMBER s -9223372036854775808",
            "SRANDMEMBER none", "SRANDMEMBER none 1", "SRANDMEMBER none -1", "SRANDMEMBER s 0", "SINTER str", "SINTER s str", "SINTER none str", "SINTER",
            "SUNION str", "SUNION s str", "SUNION none str", "SDIFF str", "SDIFF s str", "SDIFF none str", "SINTERSTORE d str", "SINTERSTORE d none str",
            "SINTERSTORE d", "SUNIONSTORE d s str", "SDIFFSTORE d s str", "SINTERCARD 0 s", "SINTERCARD -1 s", "SINTERCARD x s", "SINTERCARD 2 s",
            "SINTERCARD 9223372036854775807 s", "SINTERCARD 1 s LIMIT", "SINTERCARD 1 s LIMIT -1", "SINTERCARD 1 s LIMIT x", "SINTERCARD 1 s FOO 1",
            "SINTERCARD 1 s s", "SINTERCARD 1 str", "SINTERCARD 2 none str", "SINTERCARD 1", "SSCAN str 0", "SSCAN none x", "SSCAN none 0 FOO",
            "SSCAN s 0 COUNT 0", "SSCAN s 0 COUNT x", "SSCAN s 0 MATCH", "SSCAN s 0 NOVALUES", "SSCAN s 0 TYPE set", "SSCAN s", "SMEMBERS s", "GET str",
        ];
        return lines.Select(line => line.Split(' '));
    }

    /// <summary>What each command does; sets of integers only where the reply has an order.</summary>
    internal static IEnumerable<string[]> Semantics()
    {
        string[] lines =
        [
            "SADD i 3 1 2 1", "SADD i 1 2", "SADD i 70000 -5 5000000000", "SMEMBERS i", "SCARD i", "SCARD none", "SISMEMBER i 70000", "SISMEMBER i 4",
            "SISMEMBER i x", "SISMEMBER i 01", "SISMEMBER none 1", "SMISMEMBER i 1 x 2", "SMISMEMBER none 1 2", "SMEMBERS none", "SREM i 3 4", "SREM i 3",
            "SREM none 1", "SMEMBERS i", "SREM i x", "SADD j 2 1 9", "SINTER i j", "SINTER i", "SINTER i j none", "SINTER none", "SUNION i j", "SUNION i",
            "SUNION none", "SUNION none i none", "SDIFF i j", "SDIFF j i", "SDIFF i none", "SDIFF none i", "SDIFF i i", "SDIFF i", "SINTERSTORE k i j",
            "SMEMBERS k", "SUNIONSTORE k i j", "SMEMBERS k", "SDIFFSTORE k i j", "SMEMBERS k", "SINTERSTORE i i j", "SMEMBERS i", "SUNIONSTORE i i j k",
            "SMEMBERS i", "SDIFFSTORE i i k", "SMEMBERS i", "SDIFFSTORE k i i", "SCARD k", "SINTERSTORE none none i", "SET t v", "SINTERSTORE t i j",
            "SMEMBERS t", "SET t v", "SINTERSTORE t none", "GET t", "SINTERCARD 2 i j", "SINTERCARD 2 i j LIMIT 1", "SINTERCARD 2 i j LIMIT 0",
            "SINTERCARD 2 i j limit 100", "SINTERCARD 2 i none", "SINTERCARD 1 i", "SINTERCARD 2 i j LIMIT 1 LIMIT 2", "SMOVE i m 1", "SMOVE i m 1",
            "SMEMBERS m", "SMOVE m i 1", "SCARD m", "SMOVE i i 2", "SMOVE i i 77", "SMOVE none i 1", "SADD i2 2", "SMOVE i i2 2", "SMEMBERS i", "SMEMBERS i2",
            "SADD one 7", "SRANDMEMBER one", "SRANDMEMBER one 1", "SRANDMEMBER one 5", "SRANDMEMBER one -3", "SPOP one 5", "SCARD one", "SADD one 7",
            "SPOP one", "SCARD one", "SSCAN i 0", "SSCAN i 0 MATCH 1*", "SSCAN i 0 COUNT 1", "SSCAN none 0", "SADD i 9223372036854775807 -9223372036854775808",
            "SADD i 32767 32768 -32768 -32769 2147483647 2147483648", "SMEMBERS i", "SREM i 9223372036854775807", "SMEMBERS i",
            "OBJECT ENCODING i", "TYPE i", "COPY i c", "SMEMBERS c", "RENAME c c2", "SMEMBERS c2", "SREM c2 1 2 70000", "SMEMBERS c2", "SADD enc 1",
            "OBJECT ENCODING enc",
        ];
        return lines.Select(line => line.Split(' ')).Append(["SADD", "e", ""]).Append(["SMEMBERS", "e"]).Append(["SISMEMBER", "e", ""]);
    }

    /// <summary>Random commands over few keys and many members; replies whose order is the table's own are left out.</summary>
    internal static IEnumerable<string[]> Random(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
            yield return One(random, integersOnly: i < count / 3);
    }

    private static string[] One(Random random, bool integersOnly)
    {
        string key = random.GetItems(Keys, 1)[0];
        string other = random.GetItems(Keys, 1)[0];
        string third = random.GetItems(Keys, 1)[0];
        string[] members = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Member(random, integersOnly))];
        return random.Next(17) switch
        {
            16 when random.Next(20) == 0 => [random.Next(2) == 0 ? "RENAME" : "COPY", key, other],
            0 or 1 or 2 or 3 => ["SADD", key, .. members],
            4 or 5 => ["SREM", key, .. members],
            6 => ["SISMEMBER", key, members[0]],
            7 => ["SMISMEMBER", key, .. members],
            8 or 9 => ["SMOVE", key, other, members[0]],
            10 => ["SINTERCARD", "2", key, other],
            11 => ["SINTERCARD", "3", key, other, third, "LIMIT", "5"],
            12 when random.Next(10) == 0 => ["SINTERSTORE", key, other, third],
            13 when random.Next(10) == 0 => ["SUNIONSTORE", key, other, third],
            14 when random.Next(10) == 0 => ["SDIFFSTORE", key, other, third],
            _ => ["SCARD", key],
        };
    }

    private static string Member(Random random, bool integersOnly)
    {
        string number = random.Next(700).ToString(CultureInfo.InvariantCulture);
        return integersOnly || random.Next(3) == 0 ? number : "m" + number;
    }
}
