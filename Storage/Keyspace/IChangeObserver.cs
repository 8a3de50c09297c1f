using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>What happened to a key, in the words of Redis's keyspace notifications.</summary>
public enum ChangeClass
{
    /// <summary>DEL, EXPIRE, RENAME and the like (g).</summary>
    Generic,

    /// <summary>String commands ($).</summary>
    String,

    /// <summary>List commands (l).</summary>
    List,

    /// <summary>Set commands (s).</summary>
    Set,

    /// <summary>Hash commands (h).</summary>
    Hash,

    /// <summary>Sorted set commands (z).</summary>
    SortedSet,

    /// <summary>Stream commands (t).</summary>
    Stream,

    /// <summary>A change that Redis has no event for: what a consumer group knows of its consumers (XACK, XCLAIM, XREADGROUP), an estimate that is kept (PFCOUNT). No subscriber and no WATCH is told.</summary>
    Silent,

    /// <summary>Expired keys (x).</summary>
    Expired,

    /// <summary>Evicted keys (e).</summary>
    Evicted,
}

/// <summary>
/// Told about changes of one shard's databases, inside the shard's own step: snapshots and journals hang here (DESIGN rules 10-13).
/// Must not wait, must not change the keyspace, must not throw.
/// </summary>
public interface IChangeObserver
{
    /// <summary>The record at <paramref name="slot"/> still has its old content and is about to change or to go.</summary>
    void BeforeChange(Database database, Slot slot);

    /// <summary>The whole database is about to be emptied.</summary>
    void BeforeClear(Database database);

    /// <summary>An absent key has been added; its value is not complete yet.</summary>
    void Added(Database database, ReadOnlySpan<byte> key)
    {
    }

    /// <summary>The record is about to go, for whatever reason: deleted, expired, evicted, moved away. Not called when a whole database is emptied.</summary>
    void Removing(Database database, Slot slot)
    {
    }

    /// <summary>A field of a hash has been freed, because its time had passed; the hash's own change is reported behind it.</summary>
    void FieldExpired(Database database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
    {
    }

    /// <summary>A read command looked for a key that is not there.</summary>
    void Missed(Database database, ReadOnlySpan<byte> key)
    {
    }

    /// <summary>The two databases are about to be exchanged (SWAPDB).</summary>
    void BeforeSwap(Database first, Database second)
    {
    }

    /// <summary>The change of <paramref name="key"/> is complete; <paramref name="name"/> is the event's name ("set", "del", "lpush", "expired").</summary>
    void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name);
}
