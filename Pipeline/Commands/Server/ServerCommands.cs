using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>Commands about the server.</summary>
internal static class ServerCommands
{
    private const CommandFlags Operator = Admin | NoScript | Loading | Stale;

    public static CommandFamily Family { get; } = new("server",
    [
        new("time", 1, Loading | Stale | Fast, KeySpec.None, Time) { Summary = "Returns the server time.", Since = "2.6.0" },
        new("role", 1, NoScript | Loading | Stale | Fast, KeySpec.None, Role) { Summary = "Returns the replication role.", Since = "2.8.12", Categories = ["admin", "dangerous"] },
        new("info", -1, Loading | Stale | Global, KeySpec.None, InfoCommand.Info) { Summary = "Returns information and statistics about the server.", Categories = ["dangerous"] },
        new("shutdown", -1, Operator | NoMulti | WhileBusy, KeySpec.None, ShutdownCommand.Shutdown) { Summary = "Stops the store in the order of its flow graph and ends the process." },
        ConfigCommands.Container,
        CommandCommands.Container,
        SlowlogCommands.Container,
        MemoryCommands.Container,
        LatencyCommands.Container,
        DebugCommands.Container,
        AclCommands.Container,
        .. AloneCommands.All,
    ]);

    private static void Time(ref CommandCall call)
    {
        long us = (call.Engine.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        call.Reply.Array(2);
        call.Reply.BulkInteger(us / 1_000_000);
        call.Reply.BulkInteger(us % 1_000_000);
    }

    // Redis answers with its start time until the first save.
    private static void Role(ref CommandCall call)
    {
        call.Reply.Array(3);
        call.Reply.Bulk("master");
        call.Reply.Integer(0);
        call.Reply.Array(0);
    }
}
