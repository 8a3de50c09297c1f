using DragonflyFlow.Pipeline.Commands.Waiting;
using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands on keys of any type, and on whole databases.</summary>
internal static class GenericCommands
{
    private const string PerKey = "O(N) where N is the number of keys";
    private const string AllKeys = "O(N) where N is the number of keys in the database";

    private static readonly string[] Dangerous = ["dangerous"];
    private static readonly string[] KeyspaceOnly = ["keyspace"];
    private static readonly string[] KeyspaceDangerous = ["keyspace", "dangerous"];

    public static CommandFamily Family { get; } = new("generic",
    [
        new("wait", 3, NoScript | CommandFlags.Blocking, KeySpec.None, WaitCommand.Wait) { Summary = "Waits until so many replicas have acknowledged what this client has written.", Since = "3.0.0", Categories = ["connection"] },
        new("copy", -3, Write | DenyOom, KeySpec.Two, MoveCommands.Copy) { Rewrite = Effects.State, Summary = "Copies the value of a key to a new key.", Since = "6.2.0", Complexity = "O(N) worst case for collections, where N is the number of nested items. O(1) for string values." },
        new("del", -2, Write | Light, KeySpec.All, KeyCommands.Del) { Parts = PartReply.Sum, Summary = "Deletes one or more keys.", Complexity = PerKey },
        DumpCommands.Dump,
        new("exists", -2, ReadOnly | Fast, KeySpec.All, KeyCommands.Exists) { Parts = PartReply.Sum, Summary = "Determines whether one or more keys exist.", Complexity = PerKey },
        new("expire", -3, Write | Fast, KeySpec.One, ExpireCommands.Expire) { Rewrite = Effects.Expiry, Summary = "Sets the expiration time of a key in seconds." },
        new("expireat", -3, Write | Fast, KeySpec.One, ExpireCommands.ExpireAt) { Rewrite = Effects.Expiry, Summary = "Sets the expiration time of a key to a Unix timestamp.", Since = "1.2.0" },
        new("expiretime", 2, ReadOnly | Fast, KeySpec.One, ExpireCommands.ExpireTime) { Summary = "Returns the expiration time of a key as a Unix timestamp.", Since = "7.0.0" },
        new("keys", 2, ReadOnly | Global, KeySpec.None, ScanCommands.Keys) { Summary = "Returns all key names that match a pattern.", Complexity = AllKeys, Categories = Dangerous },
        new("move", 3, Write | Fast, KeySpec.One, MoveCommands.Move) { Summary = "Moves a key to another database." },
        ObjectCommands.Container,
        new("persist", 2, Write | Fast, KeySpec.One, ExpireCommands.Persist) { Summary = "Removes the expiration time of a key.", Since = "2.2.0" },
        new("pexpire", -3, Write | Fast, KeySpec.One, ExpireCommands.PExpire) { Rewrite = Effects.Expiry, Summary = "Sets the expiration time of a key in milliseconds.", Since = "2.6.0" },
        new("pexpireat", -3, Write | Fast, KeySpec.One, ExpireCommands.PExpireAt) { Rewrite = Effects.Expiry, Summary = "Sets the expiration time of a key to a Unix milliseconds timestamp.", Since = "2.6.0" },
        new("pexpiretime", 2, ReadOnly | Fast, KeySpec.One, ExpireCommands.PExpireTime) { Summary = "Returns the expiration time of a key as a Unix milliseconds timestamp.", Since = "7.0.0" },
        new("pttl", 2, ReadOnly | Fast, KeySpec.One, ExpireCommands.PTtl) { Summary = "Returns the expiration time in milliseconds of a key.", Since = "2.6.0" },
        new("randomkey", 1, ReadOnly | Global, KeySpec.None, ScanCommands.RandomKey) { Summary = "Returns a random key name from the database." },
        new("rename", 3, Write, KeySpec.Two, MoveCommands.Rename) { Summary = "Renames a key and overwrites the destination." },
        new("renamenx", 3, Write | Fast, KeySpec.Two, MoveCommands.RenameNx) { Summary = "Renames a key only when the target key name doesn't exist." },
        DumpCommands.Restore,
        new("scan", -2, ReadOnly | Global, KeySpec.None, ScanCommands.Scan) { Summary = "Iterates over the key names in the database.", Since = "2.8.0", Complexity = "O(1) for every call, O(N) for a complete iteration, where N is the number of keys" },
        SortCommands.Sort,
        SortCommands.SortReadOnly,
        new("touch", -2, ReadOnly | Fast, KeySpec.All, KeyCommands.Touch) { Parts = PartReply.Sum, Summary = "Returns the number of existing keys out of those specified after updating the time they were last accessed.", Since = "3.2.1", Complexity = PerKey },
        new("ttl", 2, ReadOnly | Fast, KeySpec.One, ExpireCommands.Ttl) { Summary = "Returns the expiration time in seconds of a key." },
        new("type", 2, ReadOnly | Fast, KeySpec.One, KeyCommands.TypeOf) { Summary = "Determines the type of value stored at a key." },
        new("unlink", -2, Write | Fast, KeySpec.All, KeyCommands.Unlink) { Parts = PartReply.Sum, Summary = "Asynchronously deletes one or more keys.", Since = "4.0.0", Complexity = PerKey },
    ]);

    /// <summary>Commands on whole databases; Redis counts them among those of the server.</summary>
    public static CommandFamily DatabaseFamily { get; } = new("server",
    [
        new("dbsize", 1, ReadOnly | Fast | Global, KeySpec.None, ScanCommands.DbSize) { Summary = "Returns the number of keys in the database.", Categories = KeyspaceOnly },
        new("flushall", -1, Write | Global, KeySpec.None, FlushCommands.FlushAll) { Summary = "Removes all keys from all databases.", Complexity = "O(N) where N is the total number of keys in all databases", Categories = KeyspaceDangerous },
        new("flushdb", -1, Write | Global, KeySpec.None, FlushCommands.FlushDb) { Summary = "Removes all keys from the current database.", Complexity = AllKeys, Categories = KeyspaceDangerous },
        new("swapdb", 3, Write | Fast | Global, KeySpec.None, FlushCommands.SwapDb) { Summary = "Swaps two Redis databases.", Since = "4.0.0", Complexity = "O(1)", Categories = KeyspaceDangerous },
    ]);
}
