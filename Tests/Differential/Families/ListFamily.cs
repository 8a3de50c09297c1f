namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on lists.</summary>
internal static class ListFamily
{
    internal static ScriptFamily Script { get; } = new("list", Lines + "\n" + CommonCommands.Lines, "list", "LRANGE", "<key>", "0", "-1");

    private const string Lines = """
        LINDEX <list> <index>
        LINSERT <list> (BEFORE|AFTER|AROUND) <element> <element>
        LINSERT <list> (BEFORE|AFTER) <element> <element>
        LLEN <list>
        LMOVE <list> <list> (LEFT|RIGHT) (LEFT|RIGHT)
        LMOVE <list> <list> (LEFT|UP) (RIGHT|DOWN)
        LMPOP <numkeys> <list> <list> (LEFT|RIGHT) [COUNT <count>]
        LPOP <list> [<count>]
        BLPOP <list>... (0.001|0.001|x|-1)
        BRPOP <list> <list> 0.001
        BLMOVE <list> <list> (LEFT|RIGHT|UP) (LEFT|RIGHT) (0.001|x|-0.5)
        BRPOPLPUSH <list> <list> (0.001|-1)
        BLMPOP (0.001|x) <numkeys> <list> <list> (LEFT|RIGHT|UP) [COUNT <count>]
        LPOS <list> <element> [RANK <signedcount>] [COUNT <count>] [MAXLEN <count>]
        LPUSH <list> <element>...
        LPUSH <list> <value>...
        LPUSH <list> <element>*60
        LPUSHX <list> <element>...
        LRANGE <list> <index> <index>
        LREM <list> <signedcount> <element>
        LSET <list> <index> <value>
        LTRIM <list> <index> <index>
        RPOP <list> [<count>]
        RPOPLPUSH <list> <list>
        RPUSH <list> <element>...
        RPUSH <list> <value>...
        RPUSHX <list> <element>...
        """;
}
