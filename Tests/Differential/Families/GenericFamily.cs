namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on keys of any type, and on databases.</summary>
internal static class GenericFamily
{
    internal static ScriptFamily Script { get; } = new("generic", Lines + "\n" + CommonCommands.Lines, "str", "GET", "<key>");

    private const string Lines = """
        COPY <key> <key> [DB <database>] [REPLACE]
        DBSIZE
        DEL <key>...
        DUMP <key>
        DUMP <key>
        RESTORE <key> <ttlms> <value> [REPLACE] [ABSTTL] [IDLETIME <count>] [FREQ <count>]
        EXISTS <key>...
        EXPIRE <key> <ttl> [NX|XX|GT|LT]
        EXPIREAT <key> <at> [NX|XX|GT|LT]
        EXPIREAT <key> <at> [NX|GT] [XX|LT]
        EXPIRETIME <key>
        FLUSHALL [ASYNC|SYNC|NOW]
        FLUSHDB [ASYNC|SYNC]
        KEYS <pattern>
        MOVE <key> <database>
        OBJECT (ENCODING|REFCOUNT|IDLETIME|FREQ|WHAT) <key>
        PERSIST <key>
        PEXPIRE <key> <ttlms> [NX|XX|GT|LT]
        PEXPIREAT <key> <atms> [NX|XX|GT|LT]
        PEXPIRETIME <key>
        PTTL <key>
        RANDOMKEY
        RENAME <key> <key>
        RENAMENX <key> <key>
        SCAN <cursor> [MATCH <pattern>] [COUNT <count>] [TYPE <type>]
        SELECT <database>
        SELECT 0
        SET <str> <value> [EX <ttl>|PX <ttlms>]
        SWAPDB <database> <database>
        SORT <list> [LIMIT <int> <int>] [ASC|DESC] [ALPHA] [STORE <list>]
        SORT <set> [LIMIT <int> <int>] [ASC|DESC] [ALPHA] [STORE <list>]
        SORT <zset> [BY nosort] [LIMIT <int> <int>] [ASC|DESC] ALPHA [GET #]
        SORT <key> [ALPHA] [GET #] [GET str*] [BY]
        SORT_RO <list> [LIMIT <int> <int>] [DESC] [ALPHA]
        TOUCH <key>...
        TTL <key>
        TYPE <key>
        UNLINK <key>...
        HSET <hash> (<manyfield> <int>)*100
        RPUSH <list> <value>*20
        SADD <set> <manymember>*100
        ZADD <zset> (<smallscore> <manymember>)*100
        """;
}
