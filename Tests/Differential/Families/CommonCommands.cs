namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Templates that every family draws too: keys of other types, keys that go, expiries.</summary>
internal static class CommonCommands
{
    internal const string Lines = """
        SET <str> <value>
        RPUSH <list> <element>...
        HSET <hash> (<field> <value>)...
        SADD <set> <member>...
        ZADD <zset> (<smallscore> <member>)...
        DEL <key>...
        EXPIRE <key> <ttl>
        PERSIST <key>
        OBJECT ENCODING <key>
        """;
}
