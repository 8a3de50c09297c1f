namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on sorted sets, which read sets as well.</summary>
internal static class SortedSetFamily
{
    internal static ScriptFamily Script { get; } =
        new("sorted-set", Lines + "\n" + CommonCommands.Lines, "zset", "ZRANGE", "<key>", "0", "-1", "WITHSCORES");

    private const string Lines = """
        ZADD <zset> [NX|XX] [GT|LT] [CH] [INCR] <score> <member>
        ZADD <zset> [NX|XX] [GT|LT] [CH] (<score> <member>)...
        ZADD <zset> (<smallscore> <member>)...
        ZADD <zset> (<smallscore> <manymember>)*60
        ZADD <zset> <score> <value>
        ZADD <lex> (0 <member>)...
        ZADD <lex> (0 <manymember>)*60
        ZCARD <zset>
        ZCOUNT <zset> <scoreborder> <scoreborder>
        ZDIFF <numkeys> <zset> (<zset>|<set>) [WITHSCORES]
        ZDIFFSTORE <zset> <numkeys> <zset> (<zset>|<set>)
        ZINCRBY <zset> <score> <member>
        ZINTER <numkeys> <zset> (<zset>|<set>) [WEIGHTS <weight> <weight>] [AGGREGATE (SUM|MIN|MAX|AVG)] [WITHSCORES]
        ZINTERCARD <numkeys> <zset> (<zset>|<set>) [LIMIT <count>]
        ZINTERSTORE <zset> <numkeys> <zset> (<zset>|<set>) [WEIGHTS <weight> <weight>] [AGGREGATE (SUM|MIN|MAX)]
        ZLEXCOUNT <lex> <lexborder> <lexborder>
        ZMPOP <numkeys> <zset> <zset> (MIN|MAX|MID) [COUNT <count>]
        ZMSCORE <zset> <member>...
        ZPOPMAX <zset> [<count>]
        BZPOPMIN <zset>... (0.001|0.001|x|-1)
        BZPOPMAX <zset> <key> 0.001
        BZMPOP (0.001|x) <numkeys> <zset> <zset> (MIN|MAX|MID) [COUNT <count>]
        ZPOPMIN <zset> [<count>]
        ZRANDMEMBER <zset> [<signedcount> [WITHSCORES]]
        ZRANGE <zset> <index> <index> [REV] [WITHSCORES]
        ZRANGE <zset> <scoreborder> <scoreborder> BYSCORE [REV] [LIMIT <index> <signedcount>] [WITHSCORES]
        ZRANGE <lex> <lexborder> <lexborder> BYLEX [REV] [LIMIT <index> <signedcount>] [WITHSCORES]
        ZRANGEBYLEX <lex> <lexborder> <lexborder> [LIMIT <index> <signedcount>]
        ZRANGEBYSCORE <zset> <scoreborder> <scoreborder> [WITHSCORES] [LIMIT <index> <signedcount>]
        ZRANGESTORE <zset> <zset> <index> <index> [REV]
        ZRANGESTORE <zset> <zset> <scoreborder> <scoreborder> BYSCORE [REV] [LIMIT <index> <signedcount>]
        ZRANGESTORE <zset> <lex> <lexborder> <lexborder> BYLEX [REV]
        ZRANK <zset> <member>
        ZREM <zset> <member>...
        ZREM <zset> <manymember>*60
        ZREMRANGEBYLEX <lex> <lexborder> <lexborder>
        ZREMRANGEBYRANK <zset> <index> <index>
        ZREMRANGEBYSCORE <zset> <scoreborder> <scoreborder>
        ZREVRANGE <zset> <index> <index> [WITHSCORES]
        ZREVRANGEBYLEX <lex> <lexborder> <lexborder> [LIMIT <index> <signedcount>]
        ZREVRANGEBYSCORE <zset> <scoreborder> <scoreborder> [WITHSCORES] [LIMIT <index> <signedcount>]
        ZREVRANK <zset> <member>
        ZSCAN <zset> <cursor> [MATCH <pattern>] [COUNT <count>]
        ZSCORE <zset> <member>
        ZUNION <numkeys> <zset> (<zset>|<set>) [WEIGHTS <weight> <weight>] [AGGREGATE (SUM|MIN|MAX)] [WITHSCORES]
        ZUNIONSTORE <zset> <numkeys> <zset> (<zset>|<set>) [WEIGHTS <weight> <weight>] [AGGREGATE (SUM|MIN|MAX)]
        """;
}
