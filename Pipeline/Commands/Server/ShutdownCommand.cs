using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]: asks the host to run the shutdown plan. Answers nothing when it works, as Redis does.</summary>
internal static class ShutdownCommand
{
    public static void Shutdown(ref CommandCall call)
    {
        bool save = false, noSave = false, now = false, force = false, abort = false;
        for (int i = 1; i < call.Count; i++)
        {
            if (call.Args.Is(i, "NOSAVE"))
                noSave = true;
            else if (call.Args.Is(i, "SAVE"))
                save = true;
            else if (call.Args.Is(i, "NOW"))
                now = true;
            else if (call.Args.Is(i, "FORCE"))
                force = true;
            else if (call.Args.Is(i, "ABORT"))
                abort = true;
            else
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }
        }

        if ((save && noSave) || (abort && call.Count > 2))
            call.Reply.Error(Errors.Syntax);
        else if (abort)
            call.Reply.Error("ERR No shutdown in progress.");
        else if (save && !force && call.Engine.Snapshots is not { MaySave: true })
            call.Reply.Error("ERR Errors trying to SHUTDOWN: there is nothing that could be saved. Use NOSAVE to stop without saving, or FORCE.");
        else if (call.Engine.Host is not { } host)
            call.Reply.Error("ERR Errors trying to SHUTDOWN: no host runs this store.");
        else
        {
            call.Client.CloseAfterReply = true;
            host.RequestStop(new StopRequest($"SHUTDOWN by client {call.Client.Id} ({call.Client.Address})", now || force, noSave ? false : save ? true : null));
        }
    }
}
