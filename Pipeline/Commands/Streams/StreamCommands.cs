using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Commands on streams.</summary>
internal static class StreamCommands
{
    private const string ByRange = "O(N) where N is the number of entries returned";
    private const string ByIds = "O(N) where N is the number of ids given";

    public static CommandFamily Family { get; } = new("stream", [.. Entries(), .. Reads(), .. Deliveries(), GroupContainer(), InfoContainer()]);

    private static CommandDescriptor[] Entries() =>
    [
        new("xadd", -5, Write | DenyOom | Fast, KeySpec.One, StreamAdds.Add)
        {
            Rewrite = StreamEffects.Add,
            Summary = "Appends a new entry to a stream. Creates the key if it doesn't exist.", Since = "5.0.0",
            Complexity = "O(1) when adding, O(N) when trimming where N is the number of entries removed",
        },
        new("xtrim", -4, Write, KeySpec.One, StreamRemovals.Trim)
        {
            Rewrite = StreamEffects.Trim,
            Summary = "Removes entries from the beginning of a stream.", Since = "5.0.0", Complexity = "O(N) where N is the number of entries removed",
        },
        new("xdel", -3, Write | Fast, KeySpec.One, StreamRemovals.Remove)
        {
            Summary = "Removes entries with given ids from a stream and returns how many.", Since = "5.0.0", Complexity = ByIds,
        },
        new("xsetid", -3, Write | DenyOom | Fast, KeySpec.One, StreamAdds.SetId) { Summary = "Sets the last id of a stream; for internal use.", Since = "5.0.0" },
    ];

    private static CommandDescriptor[] Reads() =>
    [
        new("xlen", 2, ReadOnly | Fast, KeySpec.One, StreamRanges.Length) { Summary = "Returns the number of entries in a stream.", Since = "5.0.0" },
        new("xrange", -4, ReadOnly, KeySpec.One, StreamRanges.Range) { Summary = "Returns the entries of a stream in a range of ids.", Since = "5.0.0", Complexity = ByRange },
        new("xrevrange", -4, ReadOnly, KeySpec.One, StreamRanges.ReverseRange)
        {
            Summary = "Returns the entries of a stream in a range of ids, the last one first.", Since = "5.0.0", Complexity = ByRange,
        },
        new("xread", -4, ReadOnly | Blocking, KeySpec.Streams, StreamReads.Read)
        {
            Summary = "Returns entries of several streams behind given ids. Waits until there is one if asked to.", Since = "5.0.0", Complexity = ByRange,
        },
        new("xreadgroup", -7, Write | Blocking, KeySpec.Streams, StreamReads.ReadGroup)
        {
            Rewrite = StreamEffects.ReadGroup,
            Summary = "Returns new entries of several streams to a consumer of a group, or those it has not acknowledged. Waits until there is one if asked to.",
            Since = "5.0.0", Complexity = ByRange,
        },
    ];

    private static CommandDescriptor[] Deliveries() =>
    [
        new("xack", -4, Write | Fast, KeySpec.One, StreamClaims.Acknowledge)
        {
            Summary = "Takes entries off the list of what a group's consumers have not acknowledged, and returns how many.", Since = "5.0.0", Complexity = ByIds,
        },
        new("xclaim", -6, Write | Fast, KeySpec.One, StreamClaims.Claim)
        {
            Rewrite = StreamEffects.Claim,
            Summary = "Gives entries that were not acknowledged to another consumer of the group.", Since = "5.0.0", Complexity = "O(log(N)) for each id where N is the number of entries not acknowledged",
        },
        new("xautoclaim", -6, Write | Fast, KeySpec.One, StreamClaims.AutoClaim)
        {
            Rewrite = StreamEffects.AutoClaim,
            Summary = "Gives entries that were not acknowledged for some time to another consumer of the group.", Since = "6.2.0",
        },
        new("xpending", -3, ReadOnly, KeySpec.One, StreamPending.Pending)
        {
            Summary = "Returns what the consumers of a group have not acknowledged.", Since = "5.0.0", Complexity = ByRange,
        },
    ];

    private static CommandDescriptor GroupContainer() => new("xgroup", None,
        new("create", -5, Write | DenyOom, KeySpec.Second, StreamGroupCommands.Create) { Summary = "Creates a consumer group.", Since = "5.0.0" },
        new("setid", -5, Write, KeySpec.Second, StreamGroupCommands.SetId) { Summary = "Sets the id that a consumer group has read up to.", Since = "5.0.0" },
        new("destroy", 4, Write, KeySpec.Second, StreamGroupCommands.Destroy)
        {
            Summary = "Removes a consumer group.",
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries not acknowledged",
        },
        new("createconsumer", 5, Write | DenyOom, KeySpec.Second, StreamGroupCommands.CreateConsumer) { Summary = "Creates a consumer in a consumer group.", Since = "6.2.0" },
        new("delconsumer", 5, Write, KeySpec.Second, StreamGroupCommands.RemoveConsumer) { Summary = "Removes a consumer from a consumer group.", Since = "5.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" });

    private static CommandDescriptor InfoContainer() => new("xinfo", None,
        new("stream", -3, ReadOnly, KeySpec.Second, StreamInfo.Stream) { Summary = "Returns information about a stream.", Since = "5.0.0" },
        new("groups", 3, ReadOnly, KeySpec.Second, StreamInfo.Groups) { Summary = "Returns a list of the consumer groups of a stream.", Since = "5.0.0" },
        new("consumers", 4, ReadOnly, KeySpec.Second, StreamInfo.Consumers) { Summary = "Returns a list of the consumers in a consumer group.", Since = "5.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" });
}
