namespace DragonflyFlow.Pipeline.Commands;

/// <summary>What a command is and needs. The names of the first group are those of COMMAND INFO.</summary>
[Flags]
public enum CommandFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>May change data.</summary>
    Write = 1,

    /// <summary>Reads data.</summary>
    ReadOnly = 1 << 1,

    /// <summary>Is refused when memory is used up.</summary>
    DenyOom = 1 << 2,

    /// <summary>For operators.</summary>
    Admin = 1 << 3,

    /// <summary>Publishes or subscribes.</summary>
    PubSub = 1 << 4,

    /// <summary>Not in scripts.</summary>
    NoScript = 1 << 5,

    /// <summary>May block the client.</summary>
    Blocking = 1 << 6,

    /// <summary>Allowed while loading.</summary>
    Loading = 1 << 7,

    /// <summary>Allowed on a stale replica.</summary>
    Stale = 1 << 8,

    /// <summary>O(1) or O(log n). Its time is measured for the whole batch, not one by one.</summary>
    Fast = 1 << 9,

    /// <summary>Allowed before AUTH.</summary>
    NoAuth = 1 << 10,

    /// <summary>Not inside MULTI.</summary>
    NoMulti = 1 << 11,

    /// <summary>Not shown by MONITOR.</summary>
    SkipMonitor = 1 << 12,

    /// <summary>Key positions follow from the arguments.</summary>
    MovableKeys = 1 << 13,

    /// <summary>Not among Redis's flags: cheap enough to be timed by the batch, though Redis does not call it fast (SET, MGET).</summary>
    Light = 1 << 20,

    /// <summary>Not among Redis's flags: needs every shard at once (FLUSHALL, DBSIZE, KEYS, INFO).</summary>
    Global = 1 << 21,

    /// <summary>Replicas would get it though it changes no key (PUBLISH, PFCOUNT, EVAL): held back by CLIENT PAUSE WRITE. Redis's CMD_MAY_REPLICATE, not shown.</summary>
    MayReplicate = 1 << 23,

    /// <summary>Not among Redis's flags: runs at once inside MULTI instead of being queued (EXEC, DISCARD, MULTI, WATCH, QUIT, RESET).</summary>
    EndsMulti = 1 << 24,

    /// <summary>Not among Redis's flags: though its keys may lie on one shard, what is parsed behind it depends on it (WATCH).</summary>
    EndsBatch = 1 << 25,

    /// <summary>Not among Redis's flags: allowed to a RESP2 client that listens to channels.</summary>
    WhileSubscribed = 1 << 27,

    /// <summary>Redis's CMD_ALLOW_BUSY: let through while a script runs for too long.</summary>
    WhileBusy = 1 << 28,

    /// <summary>Redis's CMD_SKIP_SLOWLOG: the commands inside are entered, not the command around them (EXEC).</summary>
    SkipSlowlog = 1 << 26,

    /// <summary>Not among Redis's flags: runs while the batch is being parsed, because what follows depends on it and shards do not (PING, SELECT).</summary>
    Inline = 1 << 22,
}
