namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>MULTI, EXEC, DISCARD, WATCH around commands of all types. No expiries: inside an EXEC remaining times cannot be told from other numbers.</summary>
internal static class TransactionFamily
{
    internal static ScriptFamily Script { get; } = new("transactions", Lines, "str", ["EXEC"], ["GET", "<key>"]);

    private const string Lines = """
        MULTI
        MULTI
        EXEC
        EXEC
        DISCARD
        WATCH <key>...
        UNWATCH
        NOSUCHCOMMAND
        SET <str> <value>
        SET <str> <int> [NX|XX] [GET]
        GET <str>
        INCR <str>
        APPEND <str> <value>
        MSET (<str> <value>)...
        MGET <str>...
        DEL <key>...
        EXISTS <key>...
        RENAME <key> <key>
        COPY <key> <key> [REPLACE]
        RPUSH <list> <element>...
        LPOP <list>
        BLMOVE <list> <list> LEFT RIGHT 0.001
        LMOVE <list> <list> (LEFT|RIGHT) (LEFT|RIGHT)
        LRANGE <list> 0 -1
        HSET <hash> (<field> <value>)...
        HGET <hash> <field>
        ZADD <zset> (<smallscore> <member>)...
        ZRANGE <zset> 0 -1 WITHSCORES
        PING
        ECHO <value>
        SELECT <database>
        SELECT 0
        DBSIZE
        FLUSHDB
        SWAPDB <database> <database>
        TYPE <key>
        """;
}
