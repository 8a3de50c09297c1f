using System.Globalization;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Commands on lists to be run here and on redis-server.</summary>
internal static class ListScripts
{
    private static readonly string[] Keys = ["l1", "l2", "l3"];
    private static readonly string[] Ends = ["LEFT", "RIGHT"];

    /// <summary>Every way of being refused.</summary>
    internal static IEnumerable<string[]> Errors()
    {
        string[] lines =
        [
            "SET s v", "RPUSH l a b c", "LPUSH s a", "RPUSHX s a", "LLEN s", "LINDEX s 0", "LRANGE s 0 1", "LPOP s", "RPOP s 1",
            "LSET s 0 a", "LREM s 0 a", "LTRIM s 0 1", "LINSERT s BEFORE a b", "LPOS s a", "LMOVE s l LEFT LEFT", "LMOVE l s LEFT LEFT",
            "RPOPLPUSH l s", "RPOPLPUSH s l", "LMPOP 1 s LEFT", "LMPOP 2 none s LEFT", "LMPOP 2 l s LEFT", "LRANGE l 0 -1", "GET l",
            "INCR l", "LPUSH l", "LPOP", "LPOP l 1 2", "LPOP l -1", "LPOP l x", "LPOP none -1", "RPOP l 1.5", "LINDEX l x",
            "LINDEX none x", "LRANGE l x 1", "LRANGE none 0 x", "LRANGE s x 1", "LSET none 0 a", "LSET none x a", "LSET l x a",
            "LSET l 3 a", "LSET l -4 a", "LREM l x a", "LREM none x a", "LTRIM l x 1", "LTRIM l 0 9223372036854775808",
            "LINSERT l AROUND a b", "LINSERT none AROUND a b", "LINSERT none BEFORE a b", "LINSERT l BEFORE none b",
            "LINSERT l AFTER none b", "LMOVE l l UP LEFT", "LMOVE l l LEFT UP", "LMOVE none l UP LEFT", "LMOVE none l LEFT LEFT",
            "LMOVE l l LEFT", "RPOPLPUSH l", "LMPOP 0 l LEFT", "LMPOP -1 l LEFT", "LMPOP x l LEFT", "LMPOP 2 l LEFT", "LMPOP 1 l UP",
            "LMPOP 1 l LEFT COUNT", "LMPOP 1 l LEFT COUNT 0", "LMPOP 1 l LEFT COUNT -1", "LMPOP 1 l LEFT COUNT x",
            "LMPOP 1 l LEFT COUNT 1 COUNT 1", "LMPOP 1 l LEFT TIMES 1", "LMPOP 1 l", "LMPOP 9223372036854775807 l LEFT",
            "LMPOP 100 l LEFT", "LPOS l a RANK 0", "LPOS l a RANK x", "LPOS l a RANK -9223372036854775808", "LPOS l a RANK",
            "LPOS l a COUNT -1", "LPOS l a COUNT x", "LPOS l a MAXLEN -1", "LPOS l a MAXLEN x", "LPOS l a FOO 1", "LPOS none a RANK 0",
            "LPOS l", "LRANGE l 0 -1",
        ];
        return lines.Select(line => line.Split(' '));
    }

    /// <summary>What each command does, small and big.</summary>
    internal static IEnumerable<string[]> Semantics()
    {
        string[] lines =
        [
            "LPUSHX m a", "RPUSHX m a b", "LLEN m", "LPUSH m a b c", "LPUSHX m d e", "RPUSHX m f g", "RPUSH m 1 2 3", "LRANGE m 0 -1",
            "LLEN m", "LINDEX m 0", "LINDEX m -1", "LINDEX m 100", "LINDEX m -100", "LINDEX m 4", "LINDEX none 0", "LRANGE m 2 4",
            "LRANGE m -3 -1", "LRANGE m -100 100", "LRANGE m 5 2", "LRANGE m 100 200", "LRANGE m 0 -100", "LRANGE none 0 -1",
            "LRANGE m -9223372036854775808 9223372036854775807", "LPOP m", "RPOP m", "LPOP m 2", "RPOP m 2", "LPOP m 0", "RPOP m 0",
            "LPOP none", "LPOP none 1", "RPOP none 0", "LRANGE m 0 -1", "LINSERT m BEFORE f x", "LINSERT m AFTER f y", "LSET m 0 first",
            "LSET m -1 last", "LRANGE m 0 -1", "LPOP m 100", "LLEN m", "RPUSH m a b a c a d a", "LREM m 1 a", "LRANGE m 0 -1",
            "LREM m -1 a", "LRANGE m 0 -1", "LREM m 0 none", "LREM m 0 a", "LRANGE m 0 -1", "LREM none 0 a", "LREM m 1 b", "LREM m 1 c",
            "LREM m -9223372036854775808 d", "LLEN m", "RPUSH m a b c d e f", "LTRIM m 1 -2", "LRANGE m 0 -1", "LTRIM m -2 100",
            "LRANGE m 0 -1", "LTRIM m 5 1", "LLEN m", "LTRIM none 0 1", "RPUSH m a b c", "LMOVE m n LEFT RIGHT", "LMOVE m n RIGHT LEFT",
            "LRANGE n 0 -1", "LMOVE m m LEFT RIGHT", "RPOPLPUSH n n", "LRANGE n 0 -1", "RPOPLPUSH m n", "LLEN m", "LRANGE n 0 -1",
            "RPOPLPUSH none n", "LMPOP 2 m n LEFT", "LMPOP 2 none n RIGHT COUNT 5", "LMPOP 2 m n LEFT COUNT 1",
            "RPUSH m a b c a b c a b c", "LPOS m b", "LPOS m none", "LPOS none b", "LPOS none b COUNT 0", "LPOS m none COUNT 0",
            "LPOS m a RANK 2", "LPOS m a RANK -1", "LPOS m a RANK -2", "LPOS m a COUNT 0", "LPOS m a COUNT 2", "LPOS m a COUNT 0 RANK 2",
            "LPOS m a COUNT 0 RANK -2", "LPOS m a RANK 4", "LPOS m c MAXLEN 2", "LPOS m c MAXLEN 3", "LPOS m a COUNT 0 MAXLEN 5",
            "LPOS m a RANK -1 COUNT 0 MAXLEN 4", "LPOS m a RANK 2 rank 1", "LPOS m a MAXLEN 0", "LMPOP 1 m right count 3",
            "LMPOP 1 m LEFT COUNT 100", "LLEN m",
        ];
        return lines.Select(line => line.Split(' ')).Concat(Big());
    }

    /// <summary>Random commands over few keys and values, so that lists grow over the border of the small form and shrink again.</summary>
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
        string end = random.GetItems(Ends, 1)[0];
        string toEnd = random.GetItems(Ends, 1)[0];
        string index = Text(random.Next(-60, 60));
        string value = Value(random);
        return random.Next(20) switch
        {
            0 or 1 or 2 => ["LPUSH", key, .. Values(random)],
            3 or 4 or 5 => ["RPUSH", key, .. Values(random)],
            6 => [random.Next(2) == 0 ? "LPOP" : "RPOP", key],
            7 => [random.Next(2) == 0 ? "LPOP" : "RPOP", key, Text(random.Next(12))],
            8 => ["LRANGE", key, index, Text(random.Next(-60, 60))],
            9 => ["LINDEX", key, index],
            10 => ["LSET", key, index, value],
            11 or 12 => ["LINSERT", key, random.Next(2) == 0 ? "BEFORE" : "AFTER", value, Value(random)],
            13 => ["LREM", key, Text(random.Next(-3, 4)), value],
            14 => ["LMOVE", key, other, end, toEnd],
            15 => ["RPOPLPUSH", key, other],
            16 => ["LMPOP", "2", key, other, end, "COUNT", Text(random.Next(1, 8))],
            17 => ["LPOS", key, value, "RANK", Text(random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1)), "COUNT", Text(random.Next(4))],
            18 when random.Next(8) == 0 => ["LTRIM", key, index, Text(random.Next(-20, 200))],
            _ => ["LLEN", key],
        };
    }

    private static IEnumerable<string[]> Big()
    {
        for (int i = 0; i < 200; i++)
            yield return ["RPUSH", "big", .. Enumerable.Range(i * 10, 10).Select(n => $"element-{n}")];
        yield return ["LINDEX", "big", "999"];
        yield return ["LINDEX", "big", "-700"];
        yield return ["LRANGE", "big", "500", "530"];
        yield return ["LINSERT", "big", "BEFORE", "element-1000", new string('x', 20_000)];
        yield return ["LINSERT", "big", "AFTER", "element-700", new string('y', 5000)];
        yield return ["LINSERT", "big", "AFTER", "element-700", "z"];
        yield return ["LRANGE", "big", "695", "705"];
        yield return ["LSET", "big", "701", new string('w', 7000)];
        yield return ["LSET", "big", "10", new string('v', 9000)];
        yield return ["LREM", "big", "0", new string('x', 20_000)];
        yield return ["LRANGE", "big", "0", "-1"];
        yield return ["LPOS", "big", "element-1999"];
        yield return ["LTRIM", "big", "300", "-301"];
        yield return ["LRANGE", "big", "0", "-1"];
        yield return ["LMOVE", "big", "other", "RIGHT", "LEFT"];
        yield return ["LMOVE", "big", "big", "RIGHT", "LEFT"];
        yield return ["LPOP", "big", "1300"];
        yield return ["LRANGE", "big", "0", "-1"];
        yield return ["LLEN", "big"];
        yield return ["RPOP", "big", "1000"];
        yield return ["LLEN", "big"];
    }

    private static string[] Values(Random random) => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Value(random))];

    private static string Value(Random random)
    {
        int kind = random.Next(30);
        int length = kind switch { 0 => 3000, 1 => 9000, < 6 => 500, _ => random.Next(3) };
        return new string((char)('a' + random.Next(3)), length);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
