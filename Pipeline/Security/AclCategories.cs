namespace DragonflyFlow.Pipeline.Security;

/// <summary>The categories of commands, in Redis's order (ACL CAT). Which a command is in follows from its descriptor.</summary>
internal static class AclCategories
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow",
        "blocking", "dangerous", "connection", "transaction", "scripting",
    ];
}
