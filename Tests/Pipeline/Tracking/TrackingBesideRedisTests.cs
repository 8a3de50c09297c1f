using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Tracking;

/// <summary>The same scripts over several connections to a redis-server 7.0.15 and to our store: every reply and every message must be equal, byte for byte.</summary>
[TestClass]
public class TrackingBesideRedisTests
{
    private const string Plain = """
        A: HELLO 3
        A: CLIENT TRACKING ON
        A: CLIENT TRACKINGINFO
        A: CLIENT GETREDIR
        A: GET k
        B: SET k v
        B: SET k w
        A: MGET k j missing
        B: MSET j 1 other 2
        B: DEL k
        B: DEL k
        A: GET k
        A: SET k mine
        A: GET k
        A: APPEND k x
        A: LRANGE k 0 -1
        B: SET k v
        A: HGETALL h
        B: HSET h f v
        A: EXISTS z
        B: ZADD z 1 m
        A: TTL z
        B: EXPIRE z 100
        A: TYPE z
        B: RENAME z y
        A: STRLEN y
        B: COPY k y REPLACE
        A: GET k
        B: GETDEL k
        A: LLEN l
        B: RPUSH l a b
        A: LLEN l
        B: LPOP l
        A: CLIENT TRACKING OFF
        A: CLIENT TRACKINGINFO
        B: SET j x
        A: GET j
        B: SET j y
        """;

    private const string OptInAndOut = """
        A: HELLO 3
        A: CLIENT TRACKING ON OPTIN
        A: GET k
        B: SET k 1
        A: CLIENT CACHING NO
        A: CLIENT CACHING MAYBE
        A: CLIENT CACHING YES
        A: CLIENT TRACKINGINFO
        A: GET k
        A: CLIENT TRACKINGINFO
        A: GET j
        B: SET j 1
        B: SET k 1
        A: CLIENT CACHING YES
        A: MULTI
        A: GET k
        A: GET j
        A: EXEC
        B: MSET k 2 j 2
        A: GET k
        B: SET k 3
        A: CLIENT CACHING YES
        A: PING
        A: GET k
        B: SET k 4
        A: MULTI
        A: GET j
        A: CLIENT CACHING YES
        A: GET k
        A: EXEC
        B: MSET k 5 j 5
        A: CLIENT TRACKING ON OPTOUT
        A: CLIENT TRACKING OFF
        A: CLIENT CACHING YES
        A: CLIENT TRACKING ON OPTOUT
        A: CLIENT TRACKINGINFO
        A: GET k
        B: SET k 6
        A: CLIENT CACHING NO
        A: CLIENT TRACKINGINFO
        A: GET k
        B: SET k 7
        A: CLIENT CACHING YES
        """;

    private const string Broadcast = """
        A: HELLO 3
        A: CLIENT TRACKING ON BCAST
        A: CLIENT TRACKINGINFO
        B: SET k v
        B: MSET c 1 a 2 b 3
        A: SET k w
        B: HELLO 3
        B: CLIENT TRACKING ON BCAST PREFIX user: PREFIX item: NOLOOP
        B: CLIENT TRACKINGINFO
        A: MSET user:1 a item:9 b user:2 c x d
        B: MSET user:1 a item:9 b x d
        A: MULTI
        A: SET user:1 z
        A: SET user:0 z
        A: SET item:1 z
        A: EXEC
        B: CLIENT TRACKING ON BCAST PREFIX us
        B: CLIENT TRACKING ON BCAST PREFIX user:10
        B: CLIENT TRACKING ON BCAST PREFIX other PREFIX oth
        B: CLIENT TRACKING ON BCAST PREFIX more NOLOOP
        B: CLIENT TRACKINGINFO
        A: SET more1 x
        A: DEL user:1
        A: DEL user:1
        B: FLUSHDB
        A: FLUSHALL
        B: CLIENT TRACKING ON
        B: CLIENT TRACKING OFF
        B: CLIENT TRACKING ON
        B: GET more1
        A: SET more1 y
        A: RESET
        A: CLIENT TRACKINGINFO
        B: SET more1 z
        """;

    private const string Redirected = """
        A: CLIENT TRACKING ON REDIRECT 123456
        A: CLIENT TRACKING ON REDIRECT x
        R: CLIENT ID
        A: CLIENT TRACKING ON REDIRECT {R} REDIRECT {R}
        A: CLIENT TRACKING ON REDIRECT {R}
        A: CLIENT GETREDIR
        A: CLIENT TRACKINGINFO
        A: GET k
        B: SET k v
        R: SUBSCRIBE __redis__:invalidate
        A: GET k
        B: SET k v
        B: SET k w
        A: MGET k j
        A: SET k x
        B: FLUSHALL
        A: HELLO 3
        A: GET k
        B: SET k v
        B: FLUSHDB
        R: CLOSE
        A: GET k
        B: SET k v
        A: CLIENT TRACKINGINFO
        A: GET k
        A: SET k w
        Q: HELLO 3
        A: CLIENT TRACKING ON REDIRECT {Q}
        A: CLIENT TRACKINGINFO
        A: GET k
        B: SET k v
        """;

    private const string NoLoop = """
        A: HELLO 3
        A: CLIENT TRACKING ON NOLOOP
        A: CLIENT TRACKINGINFO
        A: GET k
        A: SET k v
        B: SET k w
        A: GET k
        B: SET k w
        A: MULTI
        A: GET k
        A: SET k x
        A: EXEC
        A: GET k
        A: FLUSHALL
        """;

    private const string Refused = """
        A: CLIENT TRACKING MAYBE
        A: CLIENT TRACKING ON WHAT
        A: CLIENT TRACKING ON PREFIX
        A: CLIENT TRACKING ON PREFIX a
        A: CLIENT TRACKING ON BCAST OPTIN
        A: CLIENT TRACKING ON OPTIN OPTOUT
        A: CLIENT TRACKING ON REDIRECT
        A: CLIENT TRACKING
        A: CLIENT CACHING
        A: CLIENT CACHING YES
        A: CLIENT TRACKING ON OPTIN
        A: CLIENT TRACKING ON BCAST
        A: CLIENT TRACKING ON OPTOUT
        A: CLIENT TRACKING ON
        A: CLIENT TRACKING OFF BCAST PREFIX a
        A: CLIENT GETREDIR
        A: GET k
        B: SET k v
        """;

    private const string Expiry = """
        A: HELLO 3
        A: CLIENT TRACKING ON
        B: SET k v PX 1
        A: GET other
        B: DEBUG SLEEP 0.02
        B: SET l v
        A: GET k
        B: SET k v
        A: MULTI
        A: GET k
        A: GET j
        A: INCR n
        A: EXEC
        B: MSET k 1 j 1 n 5
        A: GET n
        A: MULTI
        A: INCR n
        A: INCR n
        A: EXEC
        A: DBSIZE
        A: OBJECT ENCODING n
        B: INCR n
        """;

    public static IEnumerable<object[]> Cases =>
        from script in (string[][])[["plain", Plain], ["opt", OptInAndOut], ["broadcast", Broadcast], ["redirect", Redirected], ["noloop", NoLoop], ["refused", Refused], ["expiry", Expiry]]
        from shards in (int[])[1, 3]
        where shards == 1 || script[0] != "broadcast"
        select new object[] { script[0], script[1], shards };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Replies_and_messages_are_those_of_redis(string name, string script, int shards)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync("--enable-debug-command", "yes");
        Assert.AreEqual(TrackedScript.Theirs(redis, script), TrackedScript.Ours(shards, script), name);
    }
}
