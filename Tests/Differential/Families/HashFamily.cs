namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on hashes.</summary>
internal static class HashFamily
{
    internal static ScriptFamily Script { get; } = new("hash", Lines + "\n" + CommonCommands.Lines, "hash", "HGETALL", "<key>");

    private const string Lines = """
        HDEL <hash> <field>...
        HDEL <hash> <manyfield>*60
        HEXISTS <hash> <field>
        HGET <hash> <field>
        HGETALL <hash>
        HINCRBY <hash> <field> <int>
        HINCRBYFLOAT <hash> <field> <float>
        HKEYS <hash>
        HLEN <hash>
        HMGET <hash> <field>...
        HMSET <hash> (<field> <value>)...
        HRANDFIELD <hash> [<signedcount> [WITHVALUES]]
        HSCAN <hash> <cursor> [MATCH <pattern>] [COUNT <count>]
        HSET <hash> (<field> <value>)...
        HSET <hash> (<field> <value>)...
        HSET <hash> (<manyfield> <int>)*60
        HSETNX <hash> <field> <value>
        HSTRLEN <hash> <field>
        HVALS <hash>
        """;
}
