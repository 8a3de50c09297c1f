using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.PubSub;

/// <summary>Keyspace notifications beside those of redis-server: the same commands, the same messages in the same order.</summary>
[TestClass]
public class KeyspaceNotificationTests
{
    private const string Script = """
        SET s v|SET s v EX 100|SET s v KEEPTTL|SETEX s 10 v|PSETEX s 1000 v|SETNX s2 v|MSET a 1 b 2|MSETNX c 1 d 2|GETSET a x|GETDEL a|GETEX s PERSIST|GETEX s EX 100|APPEND s x|SETRANGE s 1 yy|INCR n|DECR n|INCRBY n 5|DECRBY n 2
        INCRBYFLOAT n 1.5|SETBIT bits 7 1|BITFIELD bits SET u8 0 255|BITOP AND bits2 bits bits|BITOP AND none x y|EXPIRE s 100|PERSIST s|PEXPIRE s 100000|EXPIREAT s 9999999999|EXPIRE s -1|GET nothing|EXISTS nothing|TTL nothing
        RPUSH l a b c|LPUSH l x|LPUSHX l y|RPUSHX none y|LPOP l|RPOP l|LSET l 0 z|LINSERT l BEFORE z q|LREM l 1 q|LTRIM l 0 0|LMOVE l l2 LEFT RIGHT|RPOPLPUSH l2 l3|LMPOP 1 l3 LEFT|RPUSH l 3 1 2|SORT l STORE sorted|SORT none STORE sorted
        HSET h f v g w|HSETNX h i 1|HINCRBY h n 1|HINCRBYFLOAT h n 1.5|HDEL h f|HDEL h g i n
        SADD t a b c|SREM t a|SADD u b d|SMOVE t u c|SINTERSTORE dest t u|SUNIONSTORE dest t u|SDIFFSTORE dest t u|SPOP single|SADD single x|SPOP single|SREM t b
        ZADD z 1 a 2 b 3 c|ZADD z 1 a|ZINCRBY z 5 a|ZREM z c|ZPOPMIN z|ZADD z 1 a 2 b 3 c|ZPOPMAX z|ZREMRANGEBYRANK z 0 0|ZADD z 1 a 2 b|ZREMRANGEBYSCORE z 1 1|ZADD z 0 a 0 b|ZREMRANGEBYLEX z [a [a|ZADD y 1 q|ZUNIONSTORE zd 2 z y|ZINTERSTORE zd 2 z y
        ZDIFFSTORE zd 2 z y|ZRANGESTORE zd z 0 -1|ZMPOP 1 z MIN|PFADD p a b|PFMERGE p2 p|RENAME s2 s3|RENAMENX s3 s4|COPY s4 s5|MOVE s5 1|DEL s4 nothing|UNLINK b c d|SET x 1|SET x 1 GET|DUMP x|TOUCH x|TYPE x|OBJECT ENCODING x|LPUSH x a|HGET nothing f|LLEN nothing|SCARD nothing
        BLPOP l 1|BLMOVE l l9 LEFT LEFT 1|ZADD z 1 a|BZPOPMIN z 1|MULTI|SET m 1|INCR m|EXEC|FLUSHDB|SET again 1|FLUSHALL
        """;

    [TestMethod]
    [DataRow("KEA")]
    [DataRow("KEAm")]
    [DataRow("Kg$x")]
    [DataRow("Elshz")]
    public async Task Messages_are_those_of_redis(string events)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync("--notify-keyspace-events", events);
        using Socket writer = new(SocketType.Stream, ProtocolType.Tcp), listener = new(SocketType.Stream, ProtocolType.Tcp);
        await writer.ConnectAsync(redis.EndPoint);
        await listener.ConnectAsync(redis.EndPoint);
        Ask(listener, "PSUBSCRIBE __key*");
        using InProcessClient ours = new(shards: 3);
        using InProcessClient heard = new(ours.Engine);
        ours.Execute("CONFIG", "SET", "notify-keyspace-events", events);
        heard.Execute("PSUBSCRIBE", "__key*");
        List<string> differences = [];
        bool inMulti = false;
        foreach (string command in Script.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Ask(writer, command);
            ours.Line(command);
            inMulti = command != "EXEC" && (inMulti || command == "MULTI");
            if (inMulti)
                continue;
            Ask(writer, "PUBLISH __keyend end");
            string theirs = ReadUntilEnd(listener);
            ours.Execute("PUBLISH", "__keyend", "end");
            string mine = heard.Receive();
            if (mine != theirs)
                differences.Add($"{command}\n  redis {Shown(theirs)}\n  ours  {Shown(mine)}");
        }

        Assert.AreEqual("", string.Join('\n', differences));
    }

    [TestMethod]
    public void Without_the_option_no_shard_observes()
    {
        using InProcessClient client = new(shards: 3);
        Assert.IsTrue(client.Engine.Shards.All(shard => shard.Notifier is null));
        client.Execute("CONFIG", "SET", "notify-keyspace-events", "KEA");
        Assert.IsTrue(client.Engine.Shards.All(shard => shard.Notifier is not null));
        client.Execute("CONFIG", "SET", "notify-keyspace-events", "");
        Assert.IsTrue(client.Engine.Shards.All(shard => shard.Notifier is null));
    }

    private static void Ask(Socket socket, string line)
    {
        socket.Send(InProcessClient.Request(Array.ConvertAll(line.Split(' '), Encoding.Latin1.GetBytes)));
        socket.Receive(new byte[65536]);
    }

    private static string ReadUntilEnd(Socket socket)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[65536];
        while (!text.ToString().EndsWith("__keyend\r\n$3\r\nend\r\n", StringComparison.Ordinal))
            text.Append(Encoding.Latin1.GetString(buffer, 0, socket.Receive(buffer)));
        return text.ToString();
    }

    private static string Shown(string messages)
        => string.Join(" | ", messages.Split("pmessage\r\n$6\r\n__key*\r\n").Skip(1).SkipLast(1).Select(m => m.Replace("\r\n", " ", StringComparison.Ordinal)));
}
