using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Migration;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Cluster;

/// <summary>DFLYMIGRATE: what nodes say to each other while slots move. The source asks; the target answers.</summary>
internal static class DflyMigrateCommands
{
    private const CommandFlags OfNodes = Admin | NoScript | NoMulti;

    public static CommandDescriptor Container { get; } = new("dflymigrate", OfNodes,
        new("init", -6, OfNodes, KeySpec.None, Asked(Init)) { Summary = "Begins a round of a migration: source flows start end [start end ...].", Complexity = "O(N) where N is the number of keys that an earlier round has left" },
        new("flow", 5, OfNodes, KeySpec.None, Asked(Flow)) { Summary = "The connection carries a flow from now on: source shard round." },
        new("ack", -6, OfNodes, KeySpec.None, Asked(Ack)) { Summary = "Every flow has got the marker of an attempt, which is echoed when the slots are this node's: source attempt start end [start end ...]." },
        new("probed", 4, OfNodes, KeySpec.None, Asked(Probed)) { Summary = "Every flow has got a probe, which is echoed when all that went ahead of it has been applied: source number." },
        new("mark", 3, OfNodes, KeySpec.None, Mark) { Summary = "In a flow: the marker of an attempt." },
        new("probe", 3, OfNodes, KeySpec.None, Probe) { Summary = "In a flow: a probe, behind what was sent." });

    private delegate void Answer(ref CommandCall call, MigrationTarget target, MigrationRequest request);

    private static CommandHandler Asked(Answer answer) => (ref CommandCall call) =>
    {
        if (MigrationRequest.TryRead(call.Args, out string? error) is not { } request)
        {
            call.Reply.Error(error!);
            return;
        }

        call.Client.IsPeer = true;
        if (call.Engine.Cluster is { IsReal: true } node && node.Streams.TargetOf(request.SourceId) is { } target)
            answer(ref call, target, request);
        else
            call.Reply.Simple(MigrationRequest.UnknownMigration);
    };

    private static void Init(ref CommandCall call, MigrationTarget target, MigrationRequest request)
    {
        MigrationRequest.Init init = (MigrationRequest.Init)request;
        if (!init.Slots.Equals(target.Slots))
            call.Reply.Simple(MigrationRequest.UnknownMigration);
        else
            target.Init(init.Flows, call.Client.Session.Defer());
    }

    private static void Flow(ref CommandCall call, MigrationTarget target, MigrationRequest request)
    {
        MigrationRequest.Flow flow = (MigrationRequest.Flow)request;
        if (target.TryOpen(call.Client.Session, flow.Round, flow.Shard))
            call.Reply.Ok();
        else
            call.Reply.Error("ERR the flow is not expected");
    }

    private static void Ack(ref CommandCall call, MigrationTarget target, MigrationRequest request)
    {
        MigrationRequest.Ack ack = (MigrationRequest.Ack)request;
        if (!ack.Slots.Equals(target.Slots))
        {
            call.Reply.Simple(MigrationRequest.UnknownMigration);
            return;
        }

        // The source waits for twice as long: it hears the answer before it asks what became of it.
        TimeSpan deadline = TimeSpan.FromMilliseconds(call.Engine.Config.Get(StoreOptions.MigrationFinalizationTimeoutMs) / 2.0);
        target.Ask(ack.Attempt, call.Client.Session.Defer(), deadline);
    }

    private static void Probed(ref CommandCall call, MigrationTarget target, MigrationRequest request)
    {
        TimeSpan deadline = TimeSpan.FromMilliseconds(call.Engine.Config.Get(StoreOptions.MigrationFinalizationTimeoutMs) / 2.0);
        target.Probes.Ask(((MigrationRequest.Probed)request).Number, call.Client.Session.Defer(), call.Engine.Time, deadline);
    }

    private static void Mark(ref CommandCall call) => TakeWord(ref call, static (flow, attempt) => flow.Mark(attempt));

    private static void Probe(ref CommandCall call) => TakeWord(ref call, static (flow, number) => flow.Probe(number));

    private static void TakeWord(ref CommandCall call, Action<IncomingFlow, long> take)
    {
        if (call.Client.Flow is not { } flow || !Numbers.TryInteger(call.Args[2], out long number))
        {
            call.Reply.Error("ERR markers and probes belong into a flow");
            return;
        }

        take(flow, number);
        call.Reply.Ok();
    }
}
