using DragonflyFlow.Pipeline.Commands.Waiting;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>CLIENT: what the client says of itself and asks about others.</summary>
internal static class ClientCommands
{
    private const CommandFlags Own = NoScript | Loading | Stale;

    public static CommandDescriptor Container { get; } = new("client", NoScript | Loading | Stale,
        new("id", 2, Own, KeySpec.None, Id) { Summary = "Returns the unique client ID of the connection.", Since = "5.0.0" },
        new("getname", 2, Own, KeySpec.None, GetName) { Summary = "Returns the name of the connection.", Since = "2.6.9" },
        new("setname", 3, Own, KeySpec.None, SetName) { Summary = "Sets the connection name.", Since = "2.6.9" },
        new("setinfo", 4, Own, KeySpec.None, SetInfo) { Summary = "Sets information specific to the client or connection.", Since = "7.2.0" },
        new("info", 2, Own, KeySpec.None, Info) { Summary = "Returns information about the connection.", Since = "6.2.0" },
        new("list", -2, Own | Admin, KeySpec.None, ClientQueries.List) { Summary = "Lists open connections.", Since = "2.4.0", Complexity = "O(N) where N is the number of client connections" },
        new("kill", -3, Own | Admin, KeySpec.None, ClientQueries.Kill) { Summary = "Terminates open connections.", Since = "2.4.0", Complexity = "O(N) where N is the number of client connections" },
        new("no-evict", 3, Own | Admin, KeySpec.None, NoEvict) { Summary = "Sets the client eviction mode of the connection.", Since = "7.0.0" },
        new("no-touch", 3, Own, KeySpec.None, NoTouch) { Summary = "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.", Since = "7.2.0" },
        new("pause", -3, Own | Admin, KeySpec.None, PauseCommands.Pause) { Summary = "Suspends commands processing.", Since = "3.0.0" },
        new("reply", 3, Own, KeySpec.None, PauseCommands.Reply) { Summary = "Instructs the server whether to reply to commands.", Since = "3.2.0" },
        new("unblock", -3, Own | Admin, KeySpec.None, WaitCommand.Unblock) { Summary = "Unblocks a client blocked by a blocking command from a different connection.", Since = "5.0.0", Complexity = "O(log N) where N is the number of client connections" },
        new("unpause", 2, Own | Admin, KeySpec.None, PauseCommands.Unpause) { Summary = "Resumes processing commands from paused clients.", Since = "6.2.0", Complexity = "O(N) where N is the number of paused clients" },
        new("caching", 3, Own, KeySpec.None, TrackingCommands.Caching) { Summary = "Instructs the server whether to track the keys in the next request.", Since = "6.0.0" },
        new("tracking", -3, Own, KeySpec.None, TrackingCommands.Tracking) { Summary = "Controls server-assisted client-side caching for the connection.", Since = "6.0.0", Complexity = "O(1). Some options may introduce additional complexity." },
        new("trackinginfo", 2, Own, KeySpec.None, TrackingCommands.Info) { Summary = "Returns information about server-assisted client-side caching for the connection.", Since = "6.2.0" },
        new("getredir", 2, Own, KeySpec.None, TrackingCommands.GetRedirect) { Summary = "Returns the client ID to which the connection's tracking notifications are redirected.", Since = "6.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" });

    private static void Id(ref CommandCall call) => call.Reply.Integer(call.Client.Id);

    private static void GetName(ref CommandCall call)
    {
        if (call.Client.Name.Length == 0)
            call.Reply.Null();
        else
            call.Reply.Bulk(call.Client.Name);
    }

    private static void SetName(ref CommandCall call)
    {
        if (!ClientNames.TryRead(ref call, 2, out string? name))
            return;
        call.Client.Name = name!;
        call.Reply.Ok();
    }

    private static void SetInfo(ref CommandCall call)
    {
        bool isName = call.Args.Is(2, "LIB-NAME");
        if (!isName && !call.Args.Is(2, "LIB-VER"))
        {
            call.Reply.Error($"ERR Unrecognized option '{Words.Text(call.Args[2])}'");
            return;
        }

        if (!ClientNames.IsPrintable(call.Args[3]))
        {
            call.Reply.Error($"ERR {(isName ? "lib-name" : "lib-ver")} cannot contain spaces, newlines or special characters.");
            return;
        }

        if (isName)
            call.Client.LibraryName = Words.Text(call.Args[3]);
        else
            call.Client.LibraryVersion = Words.Text(call.Args[3]);
        call.Reply.Ok();
    }

    private static void Info(ref CommandCall call)
        => call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(ClientQueries.Line(call.Client, call.Engine.NowMs()) + "\n"));

    private static void NoEvict(ref CommandCall call)
    {
        if (TrySwitch(ref call, out bool on))
            call.Client.NoEvict = on;
    }

    private static void NoTouch(ref CommandCall call)
    {
        if (TrySwitch(ref call, out bool on))
            call.Client.NoTouch = on;
    }

    private static bool TrySwitch(ref CommandCall call, out bool on)
    {
        on = call.Args.Is(2, "ON");
        if (!on && !call.Args.Is(2, "OFF"))
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        call.Reply.Ok();
        return true;
    }
}
