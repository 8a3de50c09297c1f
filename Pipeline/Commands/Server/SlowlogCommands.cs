using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>SLOWLOG.</summary>
internal static class SlowlogCommands
{
    private const CommandFlags Operator = Admin | Loading | Stale;
    private const int DefaultCount = 10;

    public static CommandDescriptor Container { get; } = new("slowlog", Operator,
        new("get", -2, Operator, KeySpec.None, Get) { Summary = "Returns the slow log's entries.", Since = "2.2.12", Complexity = "O(N) where N is the number of entries returned" },
        new("len", 2, Operator, KeySpec.None, Length) { Summary = "Returns the number of entries in the slow log.", Since = "2.2.12" },
        new("reset", 2, Operator, KeySpec.None, Reset) { Summary = "Clears all entries from the slow log.", Since = "2.2.12" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "6.2.0" });

    private static void Get(ref CommandCall call)
    {
        long count = DefaultCount;
        if (call.Count > 3)
        {
            call.Reply.Error("ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.");
            return;
        }

        const string Refused = "ERR count should be greater than or equal to -1";
        if (call.Count == 3 && !call.TryInteger(2, out count, Refused))
            return;
        if (count < -1)
        {
            call.Reply.Error(Refused);
            return;
        }

        IReadOnlyList<SlowlogEntry> entries = call.Engine.Slowlog.Newest(count < 0 ? int.MaxValue : (int)Math.Min(count, int.MaxValue));
        call.Reply.Array(entries.Count);
        foreach (SlowlogEntry entry in entries)
            Write(ref call, entry);
    }

    private static void Write(ref CommandCall call, SlowlogEntry entry)
    {
        call.Reply.Array(6);
        call.Reply.Integer(entry.Id);
        call.Reply.Integer(entry.AtSeconds);
        call.Reply.Integer(entry.DurationUs);
        call.Reply.Array(entry.Arguments.Count);
        foreach (byte[] argument in entry.Arguments)
            call.Reply.Bulk(argument);
        call.Reply.Bulk(entry.Address);
        call.Reply.Bulk(entry.ClientName);
    }

    private static void Length(ref CommandCall call) => call.Reply.Integer(call.Engine.Slowlog.Count);

    private static void Reset(ref CommandCall call)
    {
        call.Engine.Slowlog.Reset();
        call.Reply.Ok();
    }
}
