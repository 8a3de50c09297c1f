using System.Globalization;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Commands on hashes to be run here and on redis-server.</summary>
internal static class HashScripts
{
    private static readonly string[] Keys = ["h1", "h2", "h3"];

    /// <summary>Every way of being refused.</summary>
    internal static IEnumerable<string[]> Errors()
    {
        string[] lines =
        [
            "SET s v", "HSET h a 1 t text f 1.5", "HGET s a", "HSET s a 1", "HSET s a", "HSET h a", "HSET h a 1 b", "HMSET h a 1 b", "HMSET s a 1",
            "HSETNX s a 1", "HSETNX h a", "HDEL s a", "HDEL h", "HLEN s", "HLEN", "HSTRLEN s a", "HEXISTS s a", "HGETALL s", "HKEYS s", "HVALS s",
            "HMGET s a", "HMGET h", "HINCRBY s a 1", "HINCRBY s a x", "HINCRBY h a x", "HINCRBY h a 1.5", "HINCRBY h t 1", "HINCRBY h f 1",
            "HINCRBY h a 9223372036854775807", "HINCRBY h a -9223372036854775808", "HINCRBY h a -9223372036854775808", "HINCRBY h a",
            "HINCRBYFLOAT s a 1", "HINCRBYFLOAT s a x", "HINCRBYFLOAT h a x", "HINCRBYFLOAT h t 1", "HINCRBYFLOAT h a inf", "HINCRBYFLOAT h a nan",
            "HRANDFIELD s", "HRANDFIELD s 1", "HRANDFIELD none", "HRANDFIELD none 2", "HRANDFIELD none -2 WITHVALUES", "HRANDFIELD h 0", "HRANDFIELD h x",
            "HRANDFIELD none x", "HRANDFIELD h 1 FOO", "HRANDFIELD h 1 WITHVALUES x", "HRANDFIELD h -9223372036854775808",
            "HRANDFIELD h -9223372036854775807 WITHVALUES", "HRANDFIELD h 9223372036854775807 WITHVALUES", "HSCAN s 0", "HSCAN none x",
            "HSCAN none 0 FOO", "HSCAN h 0 COUNT 0", "HSCAN h 0 COUNT x", "HSCAN h 0 MATCH", "HSCAN h 0 FOO b", "HSCAN h 0 TYPE hash", "HSCAN h", "HGETALL h",
        ];

        return lines.Select(line => line.Split(' '));
    }

    /// <summary>What each command does while the hash is packed: the order of fields is the same in both stores.</summary>
    internal static IEnumerable<string[]> Semantics()
    {
        string[] lines =
        [
            "HSET h a 1", "HSET h a 2 b 3 c 4", "HSET h b 5 b 6", "HGETALL h", "HKEYS h", "HVALS h", "HLEN h", "HGET h a", "HGET h none", "HGET none a",
            "HMGET h a none b", "HMGET none a b", "HEXISTS h a", "HEXISTS h none", "HEXISTS none a", "HSTRLEN h a", "HSTRLEN h none", "HSTRLEN none a",
            "HSETNX h a 9", "HSETNX h d 9", "HSETNX new x 1", "HGETALL new", "HMSET h e 10 f 11", "HGETALL h", "HDEL h a none", "HDEL h a", "HDEL none a",
            "HGETALL h", "HINCRBY h n 5", "HINCRBY h n -7", "HINCRBY h b 1", "HINCRBY fresh n 1", "HGETALL fresh", "HINCRBYFLOAT h n 0.5",
            "HINCRBYFLOAT h n 1e2", "HINCRBYFLOAT h x 10.5", "HINCRBYFLOAT h x 0.1", "HINCRBYFLOAT h x -5", "HINCRBYFLOAT fresh2 x 3.0e3", "HGETALL fresh2",
            "HGETALL none", "HKEYS none", "HVALS none", "HLEN none", "HRANDFIELD fresh", "HRANDFIELD fresh 1", "HRANDFIELD fresh 5", "HRANDFIELD fresh -3",
            "HRANDFIELD fresh 1 WITHVALUES", "HRANDFIELD fresh -3 WITHVALUES", "HRANDFIELD h 100", "HRANDFIELD h 100 WITHVALUES", "HRANDFIELD h 0",
            "HSCAN h 0", "HSCAN h 0 MATCH [b-d]", "HSCAN h 0 COUNT 1", "HSCAN h 0 MATCH * COUNT 1000", "HSCAN h 0 MATCH none", "HSCAN none 0", "HDEL fresh n",
            "EXISTS fresh", "HDEL new x", "TYPE new", "TYPE h", "OBJECT ENCODING h", "COPY h h2", "HGETALL h2", "RENAME h2 h3", "HGETALL h3",
        ];
        return lines.Select(line => line.Split(' ')).Append(["HSET", "h", "", ""]).Append(["HGET", "h", ""]).Append(["HSTRLEN", "h", ""]);
    }

    /// <summary>Random commands over few keys and many fields; replies whose order is the table's own are left out.</summary>
    internal static IEnumerable<string[]> Random(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
            yield return One(random);
    }

    private static string[] One(Random random)
    {
        string key = random.GetItems(Keys, 1)[0];
        return random.Next(18) switch
        {
            16 => ["OBJECT", "ENCODING", key],
            17 when random.Next(20) == 0 => [random.Next(2) == 0 ? "RENAME" : "COPY", key, random.GetItems(Keys, 1)[0]],
            0 or 1 or 2 => ["HSET", key, .. Pairs(random)],
            3 => ["HMSET", key, .. Pairs(random)],
            4 => ["HSETNX", key, Field(random), Value(random)],
            5 or 6 => ["HDEL", key, Field(random), Field(random)],
            7 => ["HMGET", key, Field(random), Field(random), Field(random)],
            8 => ["HGET", key, Field(random)],
            9 => ["HEXISTS", key, Field(random)],
            10 => ["HSTRLEN", key, Field(random)],
            11 or 12 => ["HINCRBY", key, Field(random), random.Next(-100, 100).ToString(CultureInfo.InvariantCulture)],
            13 => ["HINCRBYFLOAT", key, Field(random), (random.Next(-100, 100) / 8.0).ToString(CultureInfo.InvariantCulture)],
            14 when random.Next(80) == 0 => ["DEL", key],
            _ => ["HLEN", key],
        };
    }

    private static string[] Pairs(Random random)
    {
        string[] pairs = new string[2 * random.Next(1, 5)];
        for (int i = 0; i < pairs.Length; i += 2)
            (pairs[i], pairs[i + 1]) = (Field(random), Value(random));
        return pairs;
    }

    private static string Field(Random random) => "f" + random.Next(1200).ToString(CultureInfo.InvariantCulture);

    private static string Value(Random random) => random.Next(4) switch
    {
        0 => random.Next(100_000).ToString(CultureInfo.InvariantCulture),
        1 when random.Next(300) == 0 => new string('x', random.Next(60, 90)),
        _ => new string((char)('a' + random.Next(26)), random.Next(20)),
    };
}
