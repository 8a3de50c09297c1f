using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Cluster;

/// <summary>DFLYCLUSTER: how a manager drives a node, in the forms of Dragonfly, so that its tools can.</summary>
internal static class DflyClusterCommands
{
    private const CommandFlags Operator = Admin | NoScript | Loading | Stale | NoMulti;
    private const string Disabled = "ERR Cluster is disabled. Use --cluster_mode=yes to enable.";

    public static CommandDescriptor Container { get; } = new("dflycluster", Operator,
        new("config", -3, Operator | Global, KeySpec.None, IfReal(Config)) { Summary = "Takes over a configuration, as JSON, on all shards at one moment; with FORCE also one that gives back slots of which a target has not said whether it has them, or that this node has taken over.", Complexity = "O(N) where N is the number of slots, besides the flush of those that are lost" },
        new("getslotinfo", -4, Operator, KeySpec.None, IfReal(GetSlotInfo)) { Summary = "Shows keys, reads, writes and bytes of slots: SLOTS slot [slot ...].", Complexity = "O(N) where N is the number of keys of the store, in slices" },
        new("flushslots", -4, Operator | Write | Global, KeySpec.None, IfReal(FlushSlots)) { Summary = "Deletes the keys that are now in ranges of slots: start end [start end ...].", Complexity = "O(N) where N is the number of keys of the store, in slices" },
        new("slot-migration-status", -2, Operator, KeySpec.None, IfReal(MigrationStatus)) { Summary = "Shows migrations to and from this node, or those of one peer." },
        new("myid", 2, Operator, KeySpec.None, IfReal(MyId)) { Summary = "Shows the ID of the node." },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands." });

    private static CommandHandler IfReal(CommandHandler handler) => (ref CommandCall call) =>
    {
        if (call.Engine.Cluster is not { IsReal: true })
            call.Reply.Error(Disabled);
        else
            handler(ref call);
    };

    private static void MyId(ref CommandCall call) => call.Reply.Bulk(call.Engine.Cluster!.Id);

    private static void Config(ref CommandCall call)
    {
        bool isForced = call.Count == 4 && call.Args.Is(3, "FORCE");
        if (call.Count > 3 && !isForced)
            call.Reply.Error(Errors.Syntax);
        else if (call.Engine.Cluster!.Apply(call.Args[2], isForced) is { } refusal)
            call.Reply.Error(refusal);
        else
            call.Reply.Ok();
    }

    private static void GetSlotInfo(ref CommandCall call)
    {
        if (!call.Args.Is(2, "SLOTS"))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        int[] slots = new int[call.Count - 3];
        for (int i = 0; i < slots.Length; i++)
        {
            if (!Numbers.TryInteger(call.Args[i + 3], out long slot) || slot is < 0 or >= KeySlot.Count)
            {
                call.Reply.Error("ERR Invalid slot id");
                return;
            }

            slots[i] = (int)slot;
        }

        SlotSizes walk = new(call.Engine, slots, call.Client.Session.Defer());
        walk.Start(call.Engine.Cluster!.NextWalk(), Flow.Stage.Walks);
    }

    private static void FlushSlots(ref CommandCall call)
    {
        if (call.Count % 2 != 0)
        {
            call.Reply.Error(Errors.WrongArity("dflycluster|flushslots"));
            return;
        }

        List<SlotRange> ranges = [];
        for (int i = 2; i < call.Count; i += 2)
        {
            if (!ClusterCommands.TrySlot(ref call, i, out int start) || !ClusterCommands.TrySlot(ref call, i + 1, out int end))
                return;
            if (start > end)
            {
                call.Reply.Error($"ERR slots {start}-{end} end before they start");
                return;
            }

            ranges.Add(new SlotRange(start, end));
        }

        SlotSet slots = SlotSet.Of(ranges);
        call.Engine.Cluster!.Streams.Restart(slots, "FLUSHSLOTS came between");
        call.Engine.Cluster.Flushes.Begin(slots);
        call.Reply.Ok();
    }

    private static void MigrationStatus(ref CommandCall call)
    {
        string? peer = call.Count > 2 ? Words.Text(call.Args[2]) : null;
        MigrationRow[] rows = [.. MigrationRow.All(call.Engine.Cluster!).Where(row => peer is null || row.Peer == peer)];
        call.Reply.Array(rows.Length);
        foreach (MigrationRow row in rows)
        {
            call.Reply.Array(6);
            call.Reply.Bulk(row.Direction);
            call.Reply.Bulk(row.Peer);
            call.Reply.Bulk(row.State.Word());
            call.Reply.Integer(row.Keys);
            call.Reply.Bulk(row.Error ?? "0");
            call.Reply.Bulk(row.Slots.ToString());
        }
    }
}
