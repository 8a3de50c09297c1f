using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Waiting;

/// <summary>WAIT, and CLIENT UNBLOCK, which ends any waiting.</summary>
internal static class WaitCommand
{
    /// <summary>WAIT numreplicas timeout. Nobody replicates yet: so many as none have acknowledged.</summary>
    public static void Wait(ref CommandCall call)
    {
        if (!call.TryInteger(1, out long replicas) || !BlockingTimeout.TryMilliseconds(ref call, 2, out long timeoutMs))
            return;
        if (replicas <= 0 || call.IsNested)
            call.Reply.Integer(0);
        else
            BlockedCommand.Enter(ref call, WaitCondition.Has(ValueKind.String), 0..0, TimedOutReply.Zero, timeoutMs);
    }

    /// <summary>CLIENT UNBLOCK client-id [TIMEOUT | ERROR].</summary>
    public static void Unblock(ref CommandCall call)
    {
        bool withError = call.Count == 4 && call.Args.Is(3, "ERROR");
        if (call.Count > 4 || (call.Count == 4 && !withError && !call.Args.Is(3, "TIMEOUT")))
        {
            call.Reply.Error(call.Count == 4 ? "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR" : "ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP.");
            return;
        }

        if (!call.TryInteger(2, out long id))
            return;
        BlockedCommand? blocked = call.Engine.Clients.TryGet(id, out ClientContext? client) ? client!.Session.Blocked : null;
        bool ended = blocked is not null
            && blocked.End(withError ? static reply => reply.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK") : null);
        call.Reply.Integer(ended ? 1 : 0);
    }
}
