namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on streams. Ids are given, since those that the clock gives differ; idle times lie far from the limits that are asked for.</summary>
internal static class StreamFamily
{
    internal static ScriptFamily Script { get; } = new("stream", Lines + "\n" + CommonCommands.Lines, "stream", "XRANGE", "<key>", "-", "+");

    private const string Lines = """
        XADD <stream> <nextid> <field> <value>
        XADD <stream> <nextid> f1 <value> f2 <value>
        XADD <stream> <nextid> f1 <value> f2 <value>
        XADD <stream> [NOMKSTREAM] [MAXLEN [=|~] <count> [LIMIT <count>]] <nextid> (<field> <value>)...
        XADD <stream> [NOMKSTREAM] [MINID [=|~] <anyid> [LIMIT <count>]] <nextid> (<field> <value>)...
        XADD <stream> <anyid> <field> <value>
        XADD <stream> <nextid> (<manyfield> <value>)*20
        XLEN <stream>
        XRANGE <stream> <rangeid> <rangeid> [COUNT <signedcount>]
        XRANGE <stream> - + COUNT <count>
        XREVRANGE <stream> <rangeid> <rangeid> [COUNT <signedcount>]
        XREVRANGE <stream> + - [COUNT <count>]
        XDEL <stream> <anyid>...
        XTRIM <stream> (MAXLEN|MINID) [=|~] <count> [LIMIT <count>]
        XTRIM <stream> MINID [=|~] <anyid>
        XTRIM <stream> MAXLEN 40
        XSETID <stream> <nextid> [ENTRIESADDED <int>] [MAXDELETEDID <anyid>]
        XREAD [COUNT <signedcount>] [BLOCK 1] STREAMS <stream> <stream> <anyid> (<anyid>|$)
        XREAD [COUNT <signedcount>] STREAMS <stream> (0|<anyid>|>)
        XREADGROUP GROUP <group> <consumer> [COUNT <signedcount>] [BLOCK 1] [NOACK] STREAMS <stream> >
        XREADGROUP GROUP <group> <consumer> COUNT 3 STREAMS <stream> >
        XREADGROUP GROUP <group> <consumer> [COUNT <count>] STREAMS <stream> <stream> (>|<anyid>|0) (>|<anyid>|$)
        XACK <stream> <group> <anyid>...
        XCLAIM <stream> <group> <consumer> <idle> <anyid>... [IDLE <idle>] [RETRYCOUNT <count>] [FORCE] [JUSTID] [LASTID <anyid>]
        XCLAIM <stream> <group> <consumer> 0 <anyid>... [TIME <int>] [FORCE] [JUSTID] [NOSUCHOPTION]
        XAUTOCLAIM <stream> <group> <consumer> <idle> <rangeid> [COUNT <count>] [JUSTID]
        XPENDING <stream> <group>
        XPENDING <stream> <group> [IDLE <idle>] <rangeid> <rangeid> <count> [<consumer>]
        XPENDING <stream> <group> - + 10 [<consumer>]
        XGROUP CREATE <stream> <group> (<anyid>|0|$) [MKSTREAM] [ENTRIESREAD <count>]
        XGROUP CREATE <stream> <group> 0 MKSTREAM
        XGROUP CREATE <stream> <group> 0
        XGROUP SETID <stream> <group> (<anyid>|0|$|-) [ENTRIESREAD <count>]
        XGROUP DESTROY <stream> <group>
        XGROUP CREATECONSUMER <stream> <group> d
        XGROUP DELCONSUMER <stream> <group> (<consumer>|d)
        XGROUP (CREATE|SETID|NOSUCH) <stream> <group>
        XINFO STREAM <stream>
        XINFO GROUPS <stream>
        XINFO (GROUPS|NOSUCH) <key> [FULL] [COUNT]
        DUMP <stream>
        COPY <stream> <stream> [REPLACE]
        RENAME <stream> <stream>
        TYPE <stream>
        """;
}
