namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands, or subcommands as "client|list", that are not drawn, each with its reason.</summary>
internal static class NotGenerated
{
    internal static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["quit"] = "ends the connection; tests of the listener and of real clients hold it",
        ["shutdown"] = "ends the server; the stop tests hold it",
        ["info"] = "describes the machine",
        ["role"] = "describes the process's place among others",
        ["save"] = "writes a file; Tests/Pipeline/Snapshots and Tests/Processes hold it",
        ["bgsave"] = "as save",
        ["lastsave"] = "a time of the process",
        ["debug"] = "our own words for our own insides",
        ["memory|usage"] = "bytes of another allocator",
        ["memory|stats"] = "bytes of another allocator",
        ["memory|doctor"] = "advice about another allocator",
        ["memory|malloc-stats"] = "bytes of another allocator",
        ["memory|purge"] = "another allocator",
        ["client|id"] = "a number of the process",
        ["client|info"] = "describes the process",
        ["client|list"] = "describes the process",
        ["client|setinfo"] = "7.2 has it, 7.0.15 has not",
        ["client|no-touch"] = "7.2 has it, 7.0.15 has not",
        ["client|pause"] = "holds back what comes after it; ClientPauseTests hold it",
        ["client|unpause"] = "as client|pause",
        ["client|reply"] = "changes which commands are answered; ReplyModeTests compare it with redis-server",
        ["client|tracking"] = "messages between the replies; TrackingBesideRedisTests compare it with redis-server",
        ["client|caching"] = "as client|tracking",
        ["client|trackinginfo"] = "as client|tracking",
        ["subscribe"] = "more than one reply; PubSubTests compare it with redis-server",
        ["psubscribe"] = "as subscribe",
        ["ssubscribe"] = "as subscribe",
        ["unsubscribe"] = "as subscribe",
        ["punsubscribe"] = "as subscribe",
        ["sunsubscribe"] = "as subscribe",
        ["monitor"] = "messages without end; PubSubTests hold it",
        ["eval"] = "scripts of Lua; EvalBesideRedisTests compare them with redis-server",
        ["evalsha"] = "as eval",
        ["eval_ro"] = "as eval",
        ["evalsha_ro"] = "as eval",
        ["script|load"] = "as eval",
        ["script|exists"] = "as eval",
        ["script|flush"] = "as eval",
        ["script|kill"] = "as eval",
        ["script|debug"] = "as eval",
        ["function"] = "libraries of Lua; FunctionsBesideRedisTests compare them with redis-server",
        ["fcall"] = "as function",
        ["fcall_ro"] = "as function",
        ["config|resetstat"] = "changes what is not drawn",
        ["config|rewrite"] = "needs a configuration file",
        ["command|count"] = "we have other commands",
        ["command|info"] = "flags and positions of each are compared in the tests of COMMAND",
        ["command|docs"] = "texts are our own",
        ["command|list"] = "we have other commands",
        ["latency|latest"] = "describes the machine",
        ["latency|history"] = "describes the machine",
        ["latency|reset"] = "describes the machine",
        ["latency|graph"] = "describes the machine",
        ["latency|histogram"] = "describes the machine",
        ["latency|doctor"] = "describes the machine",
        ["dflycluster"] = "Dragonfly's command; Redis has none like it",
        ["xinfo|consumers"] = "times; since 7.2 a read that finds nothing makes its consumer too; StreamCommandTests hold it",
        ["pfselftest"] = "a test of its own",
        ["slowlog|reset"] = "changes what is not drawn",
    };

    /// <summary>Commands that 7.0.15 does not have: there is nothing to compare with.</summary>
    internal static IReadOnlySet<string> NewerThanPeer { get; } = new HashSet<string>
    {
        "hexpire", "hpexpire", "hexpireat", "hpexpireat", "httl", "hpttl", "hexpiretime", "hpexpiretime", "hpersist", "hgetex", "hsetex", "hgetdel",
    };
}
