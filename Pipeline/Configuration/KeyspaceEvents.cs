namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Classes of keyspace notifications, as in notify-keyspace-events.</summary>
[Flags]
public enum KeyspaceEvents
{
    /// <summary>No notifications.</summary>
    None = 0,

    /// <summary>K: events on __keyspace@db__ channels.</summary>
    Keyspace = 1,

    /// <summary>E: events on __keyevent@db__ channels.</summary>
    KeyEvent = 2,

    /// <summary>g: commands of any type (DEL, EXPIRE, RENAME).</summary>
    Generic = 4,

    /// <summary>$: string commands.</summary>
    String = 8,

    /// <summary>l: list commands.</summary>
    List = 16,

    /// <summary>s: set commands.</summary>
    Set = 32,

    /// <summary>h: hash commands.</summary>
    Hash = 64,

    /// <summary>z: sorted set commands.</summary>
    SortedSet = 128,

    /// <summary>x: a key expired.</summary>
    Expired = 256,

    /// <summary>e: a key was evicted.</summary>
    Evicted = 512,

    /// <summary>t: stream commands.</summary>
    Stream = 1024,

    /// <summary>d: module types.</summary>
    Module = 2048,

    /// <summary>m: a key was looked up and not there; not part of A.</summary>
    KeyMiss = 4096,

    /// <summary>n: a key was added; not part of A.</summary>
    NewKey = 8192,

    /// <summary>A: every class that one usually wants.</summary>
    All = Generic | String | List | Set | Hash | SortedSet | Expired | Evicted | Stream | Module,
}
