using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>Commands about the connection itself.</summary>
internal static class ConnectionCommands
{
    public static CommandFamily Family { get; } = new("connection",
    [
        new("ping", -1, Fast | Stale | Inline | WhileSubscribed, KeySpec.None, Ping) { Summary = "Returns the server's liveliness response." },
        new("echo", 2, Fast | Loading | Stale | Inline, KeySpec.None, Echo) { Summary = "Returns the given string." },
        new("select", 2, Fast | Loading | Stale | Inline, KeySpec.None, Select) { Summary = "Changes the selected database." },
        new("hello", -1, Fast | Loading | Stale | WhileBusy | NoAuth | NoScript, KeySpec.None, HelloCommand.Hello) { CarriesSecrets = true, Summary = "Handshakes with the Redis server.", Since = "6.0.0" },
        new("auth", -2, Fast | Loading | Stale | WhileBusy | NoAuth | NoScript, KeySpec.None, HelloCommand.Auth) { CarriesSecrets = true, Summary = "Authenticates the connection." },
        new("reset", 1, Fast | Loading | Stale | WhileBusy | NoAuth | NoScript | EndsMulti | WhileSubscribed, KeySpec.None, Reset) { Summary = "Resets the connection.", Since = "6.2.0" },
        ClientCommands.Container,
        new("quit", -1, Fast | Loading | Stale | WhileBusy | NoAuth | NoScript | Inline | EndsMulti | WhileSubscribed, KeySpec.None, Quit) { Summary = "Closes the connection." },
    ]);

    private static void Ping(ref CommandCall call)
    {
        if (call.Count > 2)
            call.Reply.Error(Errors.WrongArity("ping"));
        else if (call.Client.Session.Subscriptions.Any && !call.Reply.Resp3)
            PingWhileSubscribed(ref call);
        else if (call.Count == 2)
            call.Reply.Bulk(call.Args[1]);
        else
            call.Reply.Simple("PONG");
    }

    // As a message, which is all that such a client expects.
    private static void PingWhileSubscribed(ref CommandCall call)
    {
        call.Reply.Array(2);
        call.Reply.Bulk("pong");
        call.Reply.Bulk(call.Count == 2 ? call.Args[1] : []);
    }

    private static void Echo(ref CommandCall call) => call.Reply.Bulk(call.Args[1]);

    private static void Select(ref CommandCall call)
    {
        if (!call.TryInt(1, out int index))
            return;
        if (index != 0 && call.Engine.Cluster is { IsReal: true })
        {
            call.Reply.Error("ERR SELECT is not allowed in cluster mode");
            return;
        }

        if (index < 0 || index >= call.Engine.Options.Databases)
        {
            call.Reply.Error(Errors.DatabaseOutOfRange);
            return;
        }

        call.Client.Database = index;
        call.Reply.Ok();
    }

    private static void Reset(ref CommandCall call)
    {
        call.Client.Session.DropTransaction();
        call.Client.Session.Subscriptions.Clear();
        call.Engine.Monitors.Remove(call.Client.Session);
        call.Engine.Tracking.Disable(call.Client);
        call.Client.ReplyMode = ReplyMode.On;
        call.Client.Database = 0;
        call.Client.Resp3 = false;
        call.Reply.Resp3 = false;
        call.Client.Name = "";
        call.Client.NoEvict = false;
        call.Client.NoTouch = false;
        call.Client.ReadsReplica = false;
        call.Client.User = call.Engine.Users.Default;
        call.Client.Authenticated = !call.Engine.NeedsPassword;
        call.Reply.Simple("RESET");
    }

    private static void Quit(ref CommandCall call)
    {
        call.Client.CloseAfterReply = true;
        call.Reply.Ok();
    }
}
