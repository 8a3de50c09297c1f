using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>What a source asks of a target: DFLYMIGRATE INIT, FLOW and ACK, after Dragonfly's, and PROBED. Read from the arguments of a command, written as words.</summary>
public abstract record MigrationRequest
{
    /// <summary>The target does not know the migration (yet): its configuration comes later than the source's. A simple string.</summary>
    public const string UnknownMigration = "UNKNOWN_MIGRATION";

    /// <summary>The target has no memory for the slots. A simple string.</summary>
    public const string OutOfMemory = "INCOMING_MIGRATION_OOM";

    /// <summary>The target has the slots already. A simple string.</summary>
    public const string HasFinished = "MIGRATION_FINISHED";

    /// <summary>Begins the error that answers an ACK when the target has not taken the slots, and never will by that attempt. Any other error leaves open whether it has.</summary>
    public const string Refused = "ATTEMPT_REFUSED";

    private const int FlowsMax = 1024;

    private MigrationRequest(string sourceId) => SourceId = sourceId;

    /// <summary>The node that the slots come from.</summary>
    public string SourceId { get; }

    /// <summary>Reads a request; null, and the error reply, if it is none.</summary>
    public static MigrationRequest? TryRead(ArgView args, out string? error)
    {
        error = Errors.Syntax;
        if (args.Count < 3)
            return null;
        string source = Words.Text(args[2]);
        if (args.Is(1, "INIT") && args.Count >= 6 && args.Count % 2 == 0)
            return TryInit(args, source, ref error);
        if (args.Is(1, "FLOW") && args.Count == 5)
            return TryFlow(args, source, ref error);
        if (args.Is(1, "ACK") && args.Count >= 6 && args.Count % 2 == 0)
            return TryNumber(args, 3, 1, long.MaxValue, ref error, out long attempt) && TrySlots(args, ref error) is { } acked ? new Ack(source, attempt, acked) : null;
        if (args.Is(1, "PROBED") && args.Count == 4)
            return TryNumber(args, 3, 1, long.MaxValue, ref error, out long probe) ? new Probed(source, probe) : null;
        return null;
    }

    /// <summary>The request as the words of a command.</summary>
    public abstract string[] ToWords();

    private static Init? TryInit(ArgView args, string source, ref string? error)
    {
        if (!TryNumber(args, 3, 1, FlowsMax, ref error, out long flows))
            return null;
        return TrySlots(args, ref error) is { } slots ? new Init(source, (int)flows, slots) : null;
    }

    // All that follows the number: start end [start end ...].
    private static SlotSet? TrySlots(ArgView args, ref string? error)
    {
        List<SlotRange> ranges = [];
        for (int i = 4; i < args.Count; i += 2)
        {
            if (!TryNumber(args, i, 0, KeySlot.Count - 1, ref error, out long start) || !TryNumber(args, i + 1, start, KeySlot.Count - 1, ref error, out long end))
                return null;
            ranges.Add(new SlotRange((int)start, (int)end));
        }

        return SlotSet.Of(ranges);
    }

    private static Flow? TryFlow(ArgView args, string source, ref string? error)
        => TryNumber(args, 3, 0, FlowsMax - 1, ref error, out long shard) && TryNumber(args, 4, 1, int.MaxValue, ref error, out long round)
            ? new Flow(source, (int)shard, (int)round)
            : null;

    private static bool TryNumber(ArgView args, int index, long min, long max, ref string? error, out long number)
    {
        bool isNumber = Numbers.TryInteger(args[index], out number) && number >= min && number <= max;
        error = isNumber ? null : Errors.NotInteger;
        return isNumber;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Text(SlotSet slots) => slots.Ranges.SelectMany(range => new[] { Text(range.Start), Text(range.End) });

    /// <summary>A round begins.</summary>
    public sealed record Init : MigrationRequest
    {
        /// <summary>Slots of a source, in so many flows.</summary>
        public Init(string sourceId, int flows, SlotSet slots)
            : base(sourceId)
        {
            Flows = flows;
            Slots = slots;
        }

        /// <summary>Flows that will come, one for each shard of the source.</summary>
        public int Flows { get; }

        /// <summary>What will come.</summary>
        public SlotSet Slots { get; }

        /// <inheritdoc />
        public override string[] ToWords()
            => ["DFLYMIGRATE", "INIT", SourceId, Text(Flows), .. Text(Slots)];
    }

    /// <summary>This connection carries one flow from now on.</summary>
    public sealed record Flow : MigrationRequest
    {
        /// <summary>The flow of one shard of the source.</summary>
        public Flow(string sourceId, int shard, int round)
            : base(sourceId)
        {
            Shard = shard;
            Round = round;
        }

        /// <summary>The source's shard.</summary>
        public int Shard { get; }

        /// <summary>The round that INIT was answered with: a flow that comes late belongs to no other.</summary>
        public int Round { get; }

        /// <inheritdoc />
        public override string[] ToWords() => ["DFLYMIGRATE", "FLOW", SourceId, Text(Shard), Text(Round)];
    }

    /// <summary>Every flow has been given the marker of an attempt: the target echoes the number when it has met them all. An error that begins otherwise than <see cref="Refused"/> is no answer.</summary>
    public sealed record Ack : MigrationRequest
    {
        /// <summary>An attempt to hand over these slots.</summary>
        public Ack(string sourceId, long attempt, SlotSet slots)
            : base(sourceId)
        {
            Attempt = attempt;
            Slots = slots;
        }

        /// <summary>Its number.</summary>
        public long Attempt { get; }

        /// <summary>What is handed over: of another migration from the same source the target must not speak.</summary>
        public SlotSet Slots { get; }

        /// <inheritdoc />
        public override string[] ToWords() => ["DFLYMIGRATE", "ACK", SourceId, Text(Attempt), .. Text(Slots)];
    }

    /// <summary>Every flow has been given a probe: the target echoes the number when it has applied all that went ahead of them.</summary>
    public sealed record Probed : MigrationRequest
    {
        /// <summary>A probe.</summary>
        public Probed(string sourceId, long number)
            : base(sourceId) => Number = number;

        /// <summary>Its number, counted from 1 in each round.</summary>
        public long Number { get; }

        /// <inheritdoc />
        public override string[] ToWords() => ["DFLYMIGRATE", "PROBED", SourceId, Text(Number)];
    }
}
