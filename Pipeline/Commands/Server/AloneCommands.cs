using System.Text;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>What tools ask of every server about replicas and modules, answered by a store that has neither.</summary>
internal static class AloneCommands
{
    private const CommandFlags Operator = Admin | NoScript | Stale;

    public static CommandDescriptor[] All { get; } =
    [
        new("replicaof", 3, Operator, KeySpec.None, ReplicaOf) { Summary = "NO ONE: stays a master. There are no replicas.", Since = "5.0.0" },
        new("slaveof", 3, Operator, KeySpec.None, ReplicaOf) { Summary = "As REPLICAOF.", Since = "1.0.0" },
        new("failover", -1, Operator, KeySpec.None, Failover) { Summary = "Hands over to a replica; there are none.", Since = "6.2.0" },
        new("lolwut", -1, ReadOnly | Fast, KeySpec.None, Lolwut) { Summary = "Shows the version.", Since = "5.0.0" },
        new("module", None,
            new("list", 2, Operator, KeySpec.None, static (ref CommandCall call) => call.Reply.Array(0)) { Summary = "Returns all loaded modules: none, modules cannot be loaded.", Since = "4.0.0" },
            new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" }),
    ];

    private static void ReplicaOf(ref CommandCall call)
    {
        if (call.Args.Is(1, "NO") && call.Args.Is(2, "ONE"))
            call.Reply.Ok();
        else
            call.Reply.Error("ERR this store cannot be a replica");
    }

    private static void Failover(ref CommandCall call) => call.Reply.Error("ERR FAILOVER requires connected replicas.");

    private static void Lolwut(ref CommandCall call) => call.Reply.Verbatim("txt", Encoding.ASCII.GetBytes($"DragonflyFlow ver. {Compatibility.Version}\n"));
}
