using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>Commands about the connection itself.</summary>
internal static class ConnectionCommands
{
    public static CommandFamily Family { get; } = new("connection",
    [
        new("ping", -1, Fast | Loading | Stale | Inline, KeySpec.None, Ping) { Summary = "Returns the server's liveliness response." },
        new("echo", 2, Fast | Loading | Stale | Inline, KeySpec.None, Echo) { Summary = "Returns the given string." },
        new("select", 2, Fast | Loading | Stale | Inline, KeySpec.None, Select) { Summary = "Changes the selected database." },
        new("quit", -1, Fast | Loading | Stale | NoAuth | NoScript | Inline, KeySpec.None, Quit) { Summary = "Closes the connection." },
    ]);

    private static void Ping(ref CommandCall call)
    {
        if (call.Count > 2)
            call.Reply.Error(Errors.WrongArity("ping"));
        else if (call.Count == 2)
            call.Reply.Bulk(call.Args[1]);
        else
            call.Reply.Simple("PONG");
    }

    private static void Echo(ref CommandCall call) => call.Reply.Bulk(call.Args[1]);

    private static void Select(ref CommandCall call)
    {
        if (!call.TryInteger(1, out long index, "ERR invalid DB index"))
            return;
        if (index < 0 || index >= call.Engine.Options.Databases)
        {
            call.Reply.Error("ERR DB index is out of range");
            return;
        }

        call.Client.Database = (int)index;
        call.Reply.Ok();
    }

    private static void Quit(ref CommandCall call)
    {
        call.Client.CloseAfterReply = true;
        call.Reply.Ok();
    }
}
