using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>ACL LOG [count | RESET].</summary>
internal static class AclLogCommand
{
    private const int ShownAtFirst = 10;

    public static void Run(ref CommandCall call)
    {
        if (call.Count > 3)
        {
            call.Reply.Error($"ERR unknown subcommand or wrong number of arguments for '{Words.Text(call.Args[1])}'. Try ACL HELP.");
            return;
        }

        if (call.Count == 3 && call.Args.Is(2, "RESET"))
        {
            call.Engine.AclLog.Clear();
            call.Reply.Ok();
            return;
        }

        long count = ShownAtFirst;
        if (call.Count == 3 && !call.TryInteger(2, out count))
            return;
        IReadOnlyList<AclLogEntry> entries = call.Engine.AclLog.Latest((int)Math.Clamp(count, 0, int.MaxValue));
        long nowMs = call.Engine.NowMs();
        call.Reply.Array(entries.Count);
        foreach (AclLogEntry entry in entries)
            Write(call.Reply, entry, nowMs);
    }

    private static void Write(ReplyBuffer reply, AclLogEntry entry, long nowMs)
    {
        const double MsPerSecond = 1000;
        reply.Map(10);
        reply.Bulk("count");
        reply.Integer(entry.Count);
        Text("reason", NameOf(entry.Verdict));
        Text("context", entry.Where);
        Text("object", entry.What);
        Text("username", entry.UserName);
        reply.Bulk("age-seconds");
        reply.Double((nowMs - entry.CreatedMs) / MsPerSecond);
        Text("client-info", entry.Client);
        reply.Bulk("entry-id");
        reply.Integer(entry.Id);
        reply.Bulk("timestamp-created");
        reply.Integer(entry.CreatedMs);
        reply.Bulk("timestamp-last-updated");
        reply.Integer(entry.UpdatedMs);

        void Text(string name, string value)
        {
            reply.Bulk(name);
            AclText.Bulk(reply, value);
        }
    }

    private static string NameOf(AclVerdict verdict) => verdict switch
    {
        AclVerdict.Command => "command",
        AclVerdict.Key => "key",
        AclVerdict.Channel => "channel",
        _ => "auth",
    };
}
