using DragonflyFlow.Pipeline.Security;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// What a command does with its keys, in Redis's words (COMMAND INFO, COMMAND GETKEYSANDFLAGS): RO, RW, OW (overwrites) or RM (removes) the key, and access,
/// update, insert or delete of what is in it. What only reads and is not named here reads the value; what writes and is not named here changes it.
/// </summary>
internal static class KeyAccess
{
    private const string Reads = "RO access";
    private const string Changes = "RW access update";
    private const string Overwrites = "OW update";

    // Of the first key and, behind the bar, of those behind it where they differ.
    private static readonly (string Flags, string Commands)[] Rules =
    [
        ("RO", "exists hexists hlen hstrlen llen memory|usage object|encoding object|freq object|idletime object|refcount scard sismember strlen touch type watch xlen zcard"),
        (Reads, "xreadgroup"),
        (Changes, "eval evalsha fcall"),
        (Overwrites, "mset psetex restore setex"),
        ("OW insert", "msetnx setnx"),
        ("RM delete", "del unlink"),
        ("RW access", "pfcount pfdebug"),
        ("RW access delete", "blmpop blpop brpop bzmpop bzpopmax bzpopmin getdel lmpop lpop rpop spop zmpop zpopmax zpopmin"),
        ("RW delete", "hdel lrem ltrim srem xautoclaim xdel xgroup|delconsumer xgroup|destroy xtrim zrem zremrangebylex zremrangebyrank zremrangebyscore"),
        ("RW insert", "append hsetnx linsert lpush lpushx pfadd rpush rpushx sadd xgroup|create xgroup|createconsumer"),
        ("RW update", "expire expireat geoadd hmset hset lset persist pexpire pexpireat setrange xack xadd xclaim xgroup|setid xsetid zadd"),
        ($"{Overwrites}|{Reads}", "bitop geosearchstore sdiffstore sunionstore zdiffstore zinterstore zrangestore zunionstore"),
        ($"RW update|{Reads}", "sinterstore"),
        ($"RW access insert|{Reads}", "pfmerge"),
        ($"{Reads}|{Overwrites}", "copy georadius georadiusbymember sort"),
        ($"RW access delete|{Overwrites}", "rename"),
        ("RW access delete|OW insert", "renamenx"),
        ("RW access delete|RW insert", "blmove brpoplpush lmove rpoplpush smove"),
    ];

    private static readonly Dictionary<string, string[]> ByCommand = Rules
        .SelectMany(rule => rule.Commands.Split(' ').Select(name => (name, rule.Flags.Split('|'))))
        .ToDictionary(rule => rule.name, rule => rule.Item2, StringComparer.Ordinal);

    /// <summary>Of a command's first key, or of those behind it.</summary>
    public static string[] Of(CommandDescriptor command, bool isFirst)
    {
        if (!ByCommand.TryGetValue(command.FullName, out string[]? flags))
            return (command.Has(CommandFlags.Write) ? Changes : Reads).Split(' ');
        return flags[isFirst ? 0 : ^1].Split(' ');
    }

    /// <summary>Of a key of this call: SET replaces what it does not read, BITFIELD may only read.</summary>
    public static string[] Of(CommandDescriptor command, ArgView args, bool isFirst) => command.Name switch
    {
        "set" when !HasWord(args, "GET") => Overwrites.Split(' '),
        "bitfield" when !HasWord(args, "SET") && !HasWord(args, "INCRBY") => Reads.Split(' '),
        _ => Of(command, isFirst),
    };

    /// <summary>What a user must be allowed with a key of this call. Who only learns that it is there needs no more than a pattern that fits.</summary>
    public static AclKeyUse UseOf(CommandDescriptor command, ArgView args, bool isFirst)
    {
        AclKeyUse use = AclKeyUse.None;
        foreach (string flag in Of(command, args, isFirst))
        {
            use |= flag switch
            {
                "access" => AclKeyUse.Read,
                "update" or "insert" or "delete" => AclKeyUse.Write,
                _ => AclKeyUse.None,
            };
        }

        return use;
    }

    private static bool HasWord(ArgView args, string word)
    {
        for (int i = 2; i < args.Count; i++)
        {
            if (args.Is(i, word))
                return true;
        }

        return false;
    }
}
