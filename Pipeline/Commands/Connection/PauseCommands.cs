using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>CLIENT PAUSE, UNPAUSE and REPLY: whether a client is served, and whether it is answered.</summary>
internal static class PauseCommands
{
    /// <summary>CLIENT PAUSE timeout [WRITE | ALL]; milliseconds.</summary>
    public static void Pause(ref CommandCall call)
    {
        PauseMode mode = PauseMode.All;
        if (call.Count == 4)
        {
            mode = call.Args.Is(3, "WRITE") ? PauseMode.Write : call.Args.Is(3, "ALL") ? PauseMode.All : PauseMode.None;
            if (mode == PauseMode.None)
            {
                call.Reply.Error("ERR CLIENT PAUSE mode must be WRITE or ALL");
                return;
            }
        }
        else if (call.Count > 4)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (!TryTimeout(ref call, out long durationMs))
            return;
        call.Engine.Pause.Begin(mode, durationMs);
        call.Reply.Ok();
    }

    /// <summary>CLIENT UNPAUSE.</summary>
    public static void Unpause(ref CommandCall call)
    {
        call.Engine.Pause.End();
        call.Reply.Ok();
    }

    /// <summary>CLIENT REPLY ON | OFF | SKIP. OFF and SKIP are not answered themselves.</summary>
    public static void Reply(ref CommandCall call)
    {
        ClientContext client = call.Client;
        if (call.Args.Is(2, "ON"))
        {
            client.ReplyMode = ReplyMode.On;
            call.Reply.Ok();
        }
        else if (call.Args.Is(2, "OFF"))
        {
            client.ReplyMode = ReplyMode.Off;
        }
        else if (call.Args.Is(2, "SKIP"))
        {
            if (client.ReplyMode != ReplyMode.Off)
                client.ReplyMode = ReplyMode.SkipNext;
        }
        else
        {
            call.Reply.Error(Errors.Syntax);
        }
    }

    private static bool TryTimeout(ref CommandCall call, out long durationMs)
    {
        if (!call.TryInteger(2, out durationMs, "ERR timeout is not an integer or out of range"))
            return false;
        if (durationMs >= 0 && durationMs <= long.MaxValue - call.Engine.NowMs())
            return true;
        call.Reply.Error(durationMs < 0 ? "ERR timeout is negative" : "ERR timeout is out of range");
        return false;
    }
}
