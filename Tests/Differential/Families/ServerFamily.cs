namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on the connection and the server whose replies do not depend on the machine.</summary>
internal static class ServerFamily
{
    internal static ScriptFamily Script { get; } = new("server", Lines + "\n" + CommonCommands.Lines, "str", "GET", "<key>");

    private const string Lines = """
        AUTH <value> [<value>]
        CLIENT GETNAME
        CLIENT GETREDIR
        CLIENT SETNAME <value>
        CLIENT NO-EVICT (ON|OFF|MAYBE)
        CLIENT KILL ID (0|x|-1)
        CLIENT UNBLOCK (123456|x|-1) [TIMEOUT|ERROR|WHAT]
        PUBLISH <value> <value>
        SPUBLISH <value> <value>
        PUBSUB (CHANNELS|NUMPAT|SHARDCHANNELS|NUMSUB x|SHARDNUMSUB x y|WHAT)
        WAIT (0|-1|x) (0|1|x|-1)
        CLIENT KILL TYPE (norm|pubsubber)
        COMMAND GETKEYS (GET <key>|MSET <key> <value> <key> <value>|LMPOP <numkeys> <key> <key> LEFT|ZUNIONSTORE <key> <numkeys> <key> <key>|PING|NOSUCH x)
        COMMAND WHAT
        CLUSTER (INFO|NODES|MYID|SLOTS|SHARDS|LINKS|HELP|WHAT|KEYSLOT <key>|COUNTKEYSINSLOT 1|GETKEYSINSLOT 1 1)
        READONLY
        READWRITE
        CONFIG GET (databases|no-such-option)
        CONFIG SET no-such-option 1
        CONFIG WHAT
        ECHO <value>
        HELLO (1|4|x|2 SETNAME|3 AUTH a)
        LATENCY WHAT
        MEMORY WHAT
        OBJECT WHAT <key>
        PING [<value>]
        RESET
        SELECT <database>
        SELECT 0
        SLOWLOG (LEN x|GET x|WHAT)
        NOSUCHCOMMAND <value>...
        TIME x
        """;
}
