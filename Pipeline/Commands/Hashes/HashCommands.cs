using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>Commands on hashes; those on expiry of fields are of Redis 7.4, HGETDEL, HGETEX and HSETEX of 8.0.</summary>
internal static class HashCommands
{
    private const string PerField = "O(N) where N is the number of fields given";
    private const string PerHash = "O(N) where N is the size of the hash";

    public static CommandFamily Family { get; } = new("hash",
    [
        new("hdel", -3, Write | Fast, KeySpec.One, HashWrites.Delete)
        {
            ElementAt = 2, Rewrite = HashEffects.All,
            Summary = "Deletes one or more fields and their values from a hash. Deletes the hash if no fields remain.", Since = "2.0.0", Complexity = PerField,
        },
        new("hexists", 3, ReadOnly | Fast, KeySpec.One, HashReads.Exists) { ElementAt = 2, Summary = "Determines whether a field exists in a hash.", Since = "2.0.0" },
        new("hexpire", -6, Write | DenyOom | Fast, KeySpec.One, HashExpireCommands.InSeconds)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Sets the expiry of fields of a hash, in seconds from now.", Since = "7.4.0", Complexity = PerField,
        },
        new("hexpireat", -6, Write | DenyOom | Fast, KeySpec.One, HashExpireCommands.AtSeconds)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Sets the expiry of fields of a hash to a Unix time in seconds.", Since = "7.4.0", Complexity = PerField,
        },
        new("hexpiretime", -5, ReadOnly | Fast, KeySpec.One, HashTtls.AtSeconds)
        {
            Summary = "Returns the Unix time in seconds at which fields of a hash expire.", Since = "7.4.0", Complexity = PerField,
        },
        new("hget", 3, ReadOnly | Fast, KeySpec.One, HashReads.Get) { ElementAt = 2, Summary = "Returns the value of a field in a hash.", Since = "2.0.0" },
        new("hgetall", 2, ReadOnly, KeySpec.One, HashReads.GetAll)
        {
            Summary = "Returns all fields and values in a hash.", Since = "2.0.0", Complexity = PerHash,
        },
        new("hgetdel", -5, Write | Fast, KeySpec.One, HashGetChanging.GetAndDelete)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Returns the values of fields of a hash and deletes the fields.", Since = "8.0.0", Complexity = PerField,
        },
        new("hgetex", -5, Write | Fast, KeySpec.One, HashGetChanging.GetAndExpire)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Returns the values of fields of a hash and sets or removes the fields' expiry.", Since = "8.0.0", Complexity = PerField,
        },
        new("hincrby", 4, Write | DenyOom | Fast, KeySpec.One, HashCounters.IncrBy)
        {
            ElementAt = 2, Rewrite = HashEffects.One,
            Summary = "Increments the integer value of a field in a hash by a number. Uses 0 as initial value if the field doesn't exist.", Since = "2.0.0",
        },
        new("hincrbyfloat", 4, Write | DenyOom | Fast, KeySpec.One, HashCounters.IncrByFloat)
        {
            ElementAt = 2, Rewrite = HashEffects.One,
            Summary = "Increments the floating point value of a field by a number. Uses 0 as initial value if the field doesn't exist.", Since = "2.6.0",
        },
        new("hkeys", 2, ReadOnly, KeySpec.One, HashReads.Keys) { Summary = "Returns all fields in a hash.", Since = "2.0.0", Complexity = PerHash },
        new("hlen", 2, ReadOnly | Fast, KeySpec.One, HashReads.Length) { Summary = "Returns the number of fields in a hash.", Since = "2.0.0" },
        new("hmget", -3, ReadOnly | Fast, KeySpec.One, HashReads.GetMany)
        {
            ElementAt = 2, Summary = "Returns the values of several fields in a hash.", Since = "2.0.0", Complexity = PerField,
        },
        new("hmset", -4, Write | DenyOom | Fast, KeySpec.One, HashWrites.SetMany)
        {
            ElementAt = 2, Rewrite = HashEffects.Pairs,
            Summary = "Sets the values of several fields in a hash.", Since = "2.0.0", Complexity = PerField,
        },
        new("hpersist", -5, Write | Fast, KeySpec.One, HashExpireCommands.Persist)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Removes the expiry of fields of a hash.", Since = "7.4.0", Complexity = PerField,
        },
        new("hpexpire", -6, Write | DenyOom | Fast, KeySpec.One, HashExpireCommands.InMilliseconds)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Sets the expiry of fields of a hash, in milliseconds from now.", Since = "7.4.0", Complexity = PerField,
        },
        new("hpexpireat", -6, Write | DenyOom | Fast, KeySpec.One, HashExpireCommands.AtMilliseconds)
        {
            Rewrite = HashEffects.Listed,
            Summary = "Sets the expiry of fields of a hash to a Unix time in milliseconds.", Since = "7.4.0", Complexity = PerField,
        },
        new("hpexpiretime", -5, ReadOnly | Fast, KeySpec.One, HashTtls.AtMilliseconds)
        {
            Summary = "Returns the Unix time in milliseconds at which fields of a hash expire.", Since = "7.4.0", Complexity = PerField,
        },
        new("hpttl", -5, ReadOnly | Fast, KeySpec.One, HashTtls.Milliseconds)
        {
            Summary = "Returns the time that fields of a hash have to live, in milliseconds.", Since = "7.4.0", Complexity = PerField,
        },
        new("hrandfield", -2, ReadOnly, KeySpec.One, HashRandom.RandomField)
        {
            Summary = "Returns one or more random fields from a hash.", Since = "6.2.0", Complexity = "O(N) where N is the number of fields returned",
        },
        new("hscan", -3, ReadOnly, KeySpec.One, HashScan.Scan)
        {
            Summary = "Iterates over fields and values of a hash.", Since = "2.8.0", Complexity = "O(1) a call, O(N) for a whole iteration",
        },
        new("hset", -4, Write | DenyOom | Fast, KeySpec.One, HashWrites.Set)
        {
            ElementAt = 2, Rewrite = HashEffects.Pairs,
            Summary = "Creates or modifies the value of fields in a hash.", Since = "2.0.0", Complexity = PerField,
        },
        new("hsetex", -6, Write | DenyOom | Fast, KeySpec.One, HashSetExpiring.Set)
        {
            Rewrite = HashEffects.ListedPairs,
            Summary = "Sets the value of fields in a hash and their expiry.", Since = "8.0.0", Complexity = PerField,
        },
        new("hsetnx", 4, Write | DenyOom | Fast, KeySpec.One, HashWrites.SetIfAbsent)
        {
            ElementAt = 2, Rewrite = HashEffects.One,
            Summary = "Sets the value of a field in a hash only when the field doesn't exist.", Since = "2.0.0",
        },
        new("hstrlen", 3, ReadOnly | Fast, KeySpec.One, HashReads.ValueLength) { ElementAt = 2, Summary = "Returns the length of the value of a field.", Since = "3.2.0" },
        new("httl", -5, ReadOnly | Fast, KeySpec.One, HashTtls.Seconds)
        {
            Summary = "Returns the time that fields of a hash have to live, in seconds.", Since = "7.4.0", Complexity = PerField,
        },
        new("hvals", 2, ReadOnly, KeySpec.One, HashReads.Values) { Summary = "Returns all values in a hash.", Since = "2.0.0", Complexity = PerHash },
    ]);
}
