namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on strings.</summary>
internal static class StringFamily
{
    internal static ScriptFamily Script { get; } = new("string", Lines + "\n" + CommonCommands.Lines, "str", "GET", "<key>");

    private const string Lines = """
        APPEND <str> <value>
        DECR <str>
        DECRBY <str> <int>
        GET <str>
        GETDEL <str>
        GETEX <str> [EX <ttl>|PX <ttlms>|EXAT <at>|PXAT <atms>|PERSIST]
        GETRANGE <str> <index> <index>
        GETSET <str> <value>
        INCR <str>
        INCR <str>
        INCRBY <str> <int>
        INCRBYFLOAT <str> <float>
        LCS <str> <str> [LEN|IDX] [MINMATCHLEN <int>] [WITHMATCHLEN]
        MGET <str>...
        MSET (<str> <value>)...
        MSETNX (<str> <value>)...
        PSETEX <str> <ttlms> <value>
        SET <str> <int>
        SET <str> <float>
        SET <str> <value> [NX|XX] [GET] [EX <ttl>|PX <ttlms>|EXAT <at>|PXAT <atms>|KEEPTTL]
        SET <str> <value> [EX <ttl>|PX <ttlms>|EXAT <at>|PXAT <atms>|KEEPTTL] [NX] [GET] [XX]
        SETEX <str> <ttl> <value>
        SETNX <str> <value>
        SETRANGE <str> <offset> <value>
        STRLEN <str>
        SUBSTR <str> <index> <index>
        """;
}
